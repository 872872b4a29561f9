// Requests and responses with the names and meaning of the Fetch standard, but not its implementation: touching Node's
// own Request, Response or Headers loads undici, 25 ms and 18 MB that a cold start and an idle gateway would pay for.
// A standard Request may be passed wherever an HttpRequest is expected. @see https://fetch.spec.whatwg.org

/** Reading side of the Fetch standard's Headers. */
export interface ReadonlyHeaders {
  /** Case-insensitive; several of one name are joined by `, `. Null when there is none. */
  get(name: string): string | null;
  has(name: string): boolean;
}

/** The part of the Fetch standard's Request that Sluice's handlers use. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyHeaders;
  readonly body: AsyncIterable<Uint8Array> | null;
  text(): Promise<string>;
}

/** What a response can be made of. An async iterable is streamed; its `return` is called when the client hangs up. */
export type HttpBody = string | Uint8Array | AsyncIterable<Uint8Array> | null;

type HeadersInit = Readonly<Record<string, string>> | Iterable<readonly [string, string]>;

export interface HttpResponseInit {
  /** @defaultValue 200 */
  readonly status?: number;
  readonly headers?: HeadersInit;
}

/** Headers in the order they were set, names in lower case. */
export class HttpHeaders implements ReadonlyHeaders {
  readonly #values = new Map<string, string[]>();

  constructor(init: HeadersInit = []) {
    const entries = Symbol.iterator in init ? init : Object.entries(init);
    for (const [name, value] of entries) this.append(name, value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase())?.join(', ') ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), [value]);
  }

  append(name: string, value: string): void {
    const found = this.#values.get(name.toLowerCase());
    if (found) found.push(value);
    else this.#values.set(name.toLowerCase(), [value]);
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (const [name, values] of this.#values) {
      if (name === 'set-cookie') for (const value of values) yield [name, value];
      else yield [name, values.join(', ')];
    }
  }
}

/** The part of the Fetch standard's Response that Sluice's handlers use. */
export class HttpResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** The body as it was given: what is whole is sent without a stream. */
  readonly content: HttpBody;

  constructor(content: HttpBody = null, init: HttpResponseInit = {}) {
    this.status = init.status ?? 200;
    this.headers = new HttpHeaders(init.headers);
    this.content = content;
    if (typeof content === 'string' && !this.headers.has('content-type')) {
      this.headers.set('content-type', 'text/plain;charset=UTF-8');
    }
  }

  static json(value: unknown, init: HttpResponseInit = {}): HttpResponse {
    const response = new HttpResponse(JSON.stringify(value), init);
    if (!new HttpHeaders(init.headers).has('content-type'))
      response.headers.set('content-type', 'application/json');
    return response;
  }

  /** 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get body(): AsyncIterable<Uint8Array> | null {
    const { content } = this;
    if (typeof content === 'string') return once(new TextEncoder().encode(content));
    return content instanceof Uint8Array ? once(content) : content;
  }

  text(): Promise<string> {
    return readText(this.body);
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** All of a body as UTF-8 text. */
export async function readText(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of body ?? []) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}
