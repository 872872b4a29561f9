import { request } from 'node:http';
import { coldStartHeader } from '../../../src/contract/headers.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** What the cold start header says. */
  readonly cold: unknown;
}

/** Gets a path under another Host, which fetch sets by itself. On a connection of its own. */
export function getAs(url: string, host: string, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), { headers: { host }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, text, cold: response.headers[coldStartHeader] }),
      );
    });
    asked.once('error', reject).end();
  });
}
