import { ApiError, toApiError } from './api-error.ts';
import { parseJson } from './narrow.ts';

const storageKey = 'sluice-api-key';

/** The server, as the page's rooms use it. */
export interface Api {
  /** Fetches with the API key, if there is one. @throws ApiError on any status but 2xx, and when nothing answers. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The JSON of a GET. @throws ApiError */
  json(path: string): Promise<unknown>;
  /** The key of this tab; null when none was needed so far. */
  key(): string | null;
  setKey(key: string): void;
  /** To be called by those who cannot use `fetch`, when an answer was 401. */
  refused(): void;
}

/** @param onKeyNeeded called whenever the server answers 401. */
export function createApi(onKeyNeeded: () => void): Api {
  const key = (): string | null => sessionStorage.getItem(storageKey);
  const api: Api = {
    key,
    setKey: (value) => sessionStorage.setItem(storageKey, value),
    refused: onKeyNeeded,
    async fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      const known = key();
      if (known) headers.set('authorization', `Bearer ${known}`);
      const response = await fetch(path, { ...init, headers }).catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'AbortError') throw error;
        throw new ApiError(0, null, '');
      });
      if (response.ok) return response;
      if (response.status === 401) onKeyNeeded();
      throw toApiError(response.status, await response.text());
    },
    json: async (path) => parseJson(await (await api.fetch(path)).text()),
  };
  return api;
}
