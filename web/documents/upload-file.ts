import type { Api } from '../api/api.ts';
import { ApiError, toApiError } from '../api/api-error.ts';

/**
 * Uploads one file. XMLHttpRequest, because fetch does not report how much has been sent.
 *
 * @param onProgress called with the part that has been sent, 0 to 1.
 * @throws ApiError with the server's sentence
 */
export function uploadFile(api: Api, file: File, onProgress: (ratio: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/v1/documents');
    const key = api.key();
    if (key) request.setRequestHeader('authorization', `Bearer ${key}`);
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total > 0 ? loaded / total : 0),
    );
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) {
        resolve();
        return;
      }
      if (request.status === 401) api.refused();
      reject(toApiError(request.status, request.responseText));
    });
    request.addEventListener('error', () => reject(new ApiError(0, null, '')));
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}
