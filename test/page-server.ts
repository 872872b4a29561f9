// A small server that speaks the contract to the page: the gateway and a replica in one, with answers written here.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { DocumentView } from '../src/contract/document.ts';
import type { DecisionView, TargetStatus } from '../src/contract/scaling.ts';
import { documentFixture, type ScriptedAnswer } from './page-fixtures.ts';
import { listenLocally } from './support/servers/listen-locally.ts';

const web = fileURLToPath(new URL('../web/', import.meta.url));

export interface PageServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: { readonly method: string; readonly path: string; readonly body: string }[];
  readonly documents: DocumentView[];
  /** What the next questions are answered with, first in first out; then the last one again. */
  answers: ScriptedAnswer[];
  /** When set, `/v1` wants this key. */
  apiKey: string | null;
  scale(part: Partial<TargetStatus>, decision?: DecisionView): void;
  /** Breaks the event streams that are open. */
  cutEvents(): void;
}

const csp = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += String(piece);
  return body;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${web}main.tsx`],
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  return outputFiles[0]?.text ?? '';
}

export async function startPageServer(): Promise<PageServer> {
  const files = new Map([
    ['/', ['text/html; charset=utf-8', readFileSync(`${web}index.html`, 'utf8')]],
    ['/page.js', ['text/javascript; charset=utf-8', await bundle()]],
    ['/style.css', ['text/css; charset=utf-8', readFileSync(`${web}style.css`, 'utf8')]],
    ['/icon.svg', ['image/svg+xml', readFileSync(`${web}icon.svg`, 'utf8')]],
  ] as const);
  const listeners = new Set<ServerResponse>();
  const conversations = new Map<string, { title: string; turns: unknown[] }>();
  let target: TargetStatus = {
    target: 'sluice-replica',
    policy: 'instant',
    minReplicas: 0,
    maxReplicas: 4,
    desiredReplicas: 0,
    replicas: [],
    pending: 0,
    inFlight: 0,
    arrivals: 0,
    cooldownEndsAtMs: null,
    triggers: [],
    lastDecision: null,
  };
  const statusEvent = (): string =>
    `event: status\ndata: ${JSON.stringify({ type: 'status', status: { atMs: Date.now(), targets: [target] } })}\n\n`;

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  const json = (response: ServerResponse, body: unknown, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, status: number, code: string, message: string): void =>
    json(response, { error: { message, type: 'x', code, param: null } }, status);

  async function answer(response: ServerResponse, conversationId: string, question: string): Promise<void> {
    const script = page.answers.length > 1 ? page.answers.shift() : page.answers[0];
    if (!script) throw new Error('no answer is scripted');
    const { text, citations, grounded = true, end = 'whole', paceMs = 0, heldMs = 0 } = script;
    const conversation = conversations.get(conversationId) ?? { title: question, turns: [] };
    conversations.set(conversationId, conversation);
    const turnId = `turn-${conversation.turns.length + 1}`;
    const base = { conversationId, turnId };
    if (heldMs > 0) await sleep(heldMs);
    if (end === 'refused') {
      refuse(
        response,
        503,
        'unavailable',
        'No replica became ready within 30 s. Look at the log of sluice up.',
      );
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'x-sluice-held-ms': String(heldMs),
      'x-keda-http-cold-start': String(heldMs > 0),
    });
    const send = (delta: object, sluice?: object, finish: string | null = null): boolean =>
      response.write(
        `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], sluice })}\n\n`,
      );
    send({}, { ...base, state: 'received' });
    await sleep(paceMs);
    send({}, { ...base, state: 'retrieving' });
    await sleep(paceMs);
    const pieces = text.match(/\S+\s*|\s+/g) ?? [];
    let sent = 0;
    for (const [index, piece] of pieces.entries()) {
      if (end === 'cut' && index >= pieces.length / 2) {
        response.destroy();
        return;
      }
      send({ content: piece }, { ...base, state: 'generating' });
      sent += piece.length;
      for (const citation of citations) {
        if (citation.answerEnd <= sent && citation.answerEnd > sent - piece.length) {
          send({}, { ...base, state: 'generating', citation });
        }
      }
      await sleep(paceMs);
    }
    const details = { ...base, standaloneQuery: question, generation: 1, grounded, citations };
    send({}, { ...base, state: 'answered', details }, 'stop');
    response.end('data: [DONE]\n\n');
    conversation.turns.push({
      ...base,
      id: turnId,
      position: conversation.turns.length,
      question,
      standaloneQuery: question,
      state: 'answered',
      answer: text,
      citations,
      grounded,
      error: null,
      createdAtMs: 0,
      updatedAtMs: 0,
    });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = files.get(path as '/');
    if (file) {
      response.writeHead(200, { 'content-type': file[0], 'content-security-policy': csp }).end(file[1]);
      return;
    }
    if (path === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`retry: 300\n\n${statusEvent()}`);
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      return;
    }
    const body = await bodyOf(request);
    page.requests.push({ method, path, body });
    if (page.apiKey !== null && request.headers.authorization !== `Bearer ${page.apiKey}`) {
      refuse(response, 401, 'unauthenticated', 'An API key is needed.');
      return;
    }
    const [, , kind = '', id = '', , turn = ''] = path.split('/');
    if (path === '/v1/chat/completions') {
      const asked = JSON.parse(body) as { messages: { content: string }[]; conversation_id?: string };
      const question = asked.messages.at(-1)?.content ?? '';
      await answer(response, asked.conversation_id ?? `c${conversations.size + 1}`, question);
    } else if (kind === 'conversations' && turn) await answer(response, id, 'again');
    else if (kind === 'conversations' && method === 'DELETE') {
      conversations.delete(id);
      response.writeHead(204).end();
    } else if (kind === 'conversations' && id) json(response, { id, ...conversations.get(id) });
    else if (kind === 'conversations') {
      const data = [...conversations].map(([id, { title }]) => ({ id, title }));
      json(response, { object: 'list', data: data.reverse() });
    } else if (kind === 'documents' && method === 'DELETE') {
      page.documents.splice(
        page.documents.findIndex((document) => document.id === id),
        1,
      );
      response.writeHead(204).end();
    } else if (kind === 'documents' && method === 'POST') {
      const name = /filename="([^"]*)"/.exec(body)?.[1] ?? '?';
      if (name.endsWith('.exe')) {
        refuse(
          response,
          415,
          'unsupported-media',
          'Programs cannot be read. Upload Markdown, text, HTML, PDF or DOCX.',
        );
        return;
      }
      const document = documentFixture({
        id: `d${page.documents.length + 1}`,
        source: name,
        state: 'queued',
      });
      page.documents.push(document);
      json(response, document, 202);
    } else if (kind === 'documents') {
      json(response, { object: 'list', data: page.documents });
      // Each look finds it further: queued, ingesting, ready.
      for (const [index, document] of page.documents.entries()) {
        if (document.state === 'queued')
          page.documents[index] = { ...document, state: 'ingesting', progressRatio: 0.4 };
        else if (document.state === 'ingesting')
          page.documents[index] = { ...document, state: 'ready', chunks: 7 };
      }
    } else refuse(response, 404, 'not-found', `There is nothing at ${path}.`);
  }

  const port = await listenLocally(server);
  const page: PageServer = {
    url: `http://127.0.0.1:${port}/`,
    requests: [],
    documents: [],
    answers: [],
    apiKey: null,
    scale(part, decision) {
      target = { ...target, ...part, lastDecision: decision ?? target.lastDecision };
      for (const listener of listeners) {
        listener.write(statusEvent());
        if (decision) {
          const event = { type: 'decision', target: target.target, decision };
          listener.write(`event: decision\ndata: ${JSON.stringify(event)}\n\n`);
        }
      }
    },
    cutEvents() {
      for (const listener of listeners) listener.destroy();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
  return page;
}
