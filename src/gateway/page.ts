import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { AppError } from '../contract/app-error.ts';
import { HttpResponse } from '../platform/http-message.ts';
import type { HttpHandler } from '../platform/http-server.ts';
import { contentTypes } from './content-types.ts';

/** What the page may have besides. */
const types: Readonly<Record<string, string>> = {
  ...contentTypes,
  ico: 'image/x-icon',
  map: 'application/json',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
};

/** The page is served from one place and talks to it alone; nothing else may frame it. */
const safety = {
  'content-security-policy':
    "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

/** A name that a bundler has stamped with a hash of its content never changes its meaning. */
const stamped = /[-.][A-Za-z0-9_]{8,}\.\w+$/;

interface Loaded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly changedMs: number;
}

/**
 * Static files of one directory. The names are listed at the first request, the contents read when first asked for and
 * again when they have changed. Only listed names are served, so no path leads outside. `/` is `index.html`.
 *
 * @returns a function pathname -> handler, or null when there is no such file (or no such directory).
 */
export function createPageHandler(directory: string): (pathname: string) => HttpHandler | null {
  let names: ReadonlySet<string> | null = null;
  const cache = new Map<string, Loaded>();

  const load = async (name: string): Promise<Loaded> => {
    const path = join(directory, name);
    const { mtimeMs } = await stat(path);
    const before = cache.get(name);
    if (before?.changedMs === mtimeMs) return before;
    const bytes = new Uint8Array(await readFile(path));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    const loaded = { bytes, etag, changedMs: mtimeMs };
    cache.set(name, loaded);
    return loaded;
  };

  return (pathname) => {
    names ??= filesIn(directory);
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    if (!names.has(name)) return null;
    return async (request) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        throw new AppError(
          'method-not-allowed',
          `${pathname} takes GET and HEAD, received ${request.method}.`,
        );
      }
      const { bytes, etag } = await load(name);
      const headers = {
        ...safety,
        etag,
        'content-type': types[extname(name).slice(1).toLowerCase()] ?? 'application/octet-stream',
        'cache-control': stamped.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
      };
      const known = request.headers.get('if-none-match')?.split(',') ?? [];
      if (known.some((each) => each.trim().replace(/^W\//, '') === etag)) {
        return new HttpResponse(null, { status: 304, headers });
      }
      return new HttpResponse(bytes, { headers: { ...headers, 'content-length': String(bytes.length) } });
    };
  };
}

function filesIn(directory: string): ReadonlySet<string> {
  try {
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    return new Set(
      files.map((entry) =>
        join(entry.parentPath, entry.name).slice(join(directory, sep).length).replaceAll(sep, '/'),
      ),
    );
  } catch (error) {
    // A checkout without a built page still has its API.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Set();
    throw error;
  }
}
