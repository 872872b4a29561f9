import { parentPort } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../../contract/app-error.ts';
import { chooseParser, parsers } from './choose-parser.ts';
import type { ParsedDocument, ParseLimits } from './parser.ts';

export interface ParseRequest {
  readonly source: string;
  readonly bytes: Uint8Array;
  readonly limits: ParseLimits;
}

export type ParseReply =
  | { readonly kind: 'parsed'; readonly document: ParsedDocument }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly stack: string };

async function parse({ source, bytes, limits }: ParseRequest): Promise<ParseReply> {
  try {
    const parser = await parsers[chooseParser(source, bytes)]();
    return { kind: 'parsed', document: await parser.parse(bytes, { source, limits }) };
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? '') : String(error);
    if (error instanceof AppError) return { kind: 'failed', code: error.code, message: error.message, stack };
    // A parser that stumbles has met something it was not made for: that is the document's, not the worker's.
    const message = `${source} cannot be read: its parser stopped with "${error instanceof Error ? error.message : String(error)}". Save it again with the program that made it, or in another format, and upload that.`;
    return { kind: 'failed', code: 'unreadable-document', message, stack };
  }
}

// The thread's main: one request at a time, one reply each.
parentPort?.on('message', (request: ParseRequest) => {
  void parse(request).then((reply) => parentPort?.postMessage(reply));
});
