import type { HttpHandler } from '../platform/http-server.ts';
import { AppError, codeOfStatus } from '../contract/app-error.ts';

/** What both a network's and a handler's answer are. */
export interface ApiResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array> | null;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

/** Asks Sluice's API: over the network, or of an answering replica inside this process. */
export interface ApiClient extends AsyncDisposable {
  /** @param path begins with `/`. @returns an answer that is not an error. @throws AppError with the API's own message. */
  request(path: string, init?: RequestInit): Promise<ApiResponse>;
}

async function checked(response: ApiResponse, url: string): Promise<ApiResponse> {
  if (response.ok) return response;
  const text = await response.text();
  let message = text.slice(0, 500);
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    if (typeof error?.message === 'string') message = error.message;
  } catch {
    // Not Sluice's error shape: what was said is shown as it came.
  }
  throw new AppError(codeOfStatus(response.status), message || `${url} answered ${response.status}.`);
}

/** A running Sluice. `SLUICE_API_KEY` is sent where it is set. @throws AppError `unavailable` when nobody answers. */
export function remoteApi(base: string): ApiClient {
  if (!URL.canParse(base)) {
    throw new AppError(
      'invalid-argument',
      `--url: expected a URL such as http://127.0.0.1:8080, received ${base}`,
    );
  }
  return {
    request: async (path, init = {}) => {
      const url = new URL(path, base);
      const response = await fetch(url, withKey(init)).catch((cause: unknown) => {
        throw new AppError('unavailable', `Nobody answers at ${url.origin}. Is Sluice running there?`, {
          cause,
        });
      });
      return checked(response, url.href);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** The same API without a server: a replica's own handler, called directly. @param replica closed with the client. */
export function localApi(handle: HttpHandler, replica: AsyncDisposable, signal: AbortSignal): ApiClient {
  return {
    request: async (path, init = {}) => {
      const url = `http://localhost${path}`;
      return checked(await handle(new Request(url, withKey(init)), signal), url);
    },
    [Symbol.asyncDispose]: () => replica[Symbol.asyncDispose](),
  };
}

/** With `SLUICE_API_KEY`, where it is set. */
function withKey(init: RequestInit): RequestInit {
  const key = process.env['SLUICE_API_KEY'];
  if (!key) return init;
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${key}`);
  return { ...init, headers };
}
