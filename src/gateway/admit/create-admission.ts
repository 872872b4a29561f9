import { isIP } from 'node:net';
import { AppError } from '../../contract/app-error.ts';
import { matchesHost, plainHost } from '../route/match-rule.ts';

/** What is looked at of a request. */
export interface Caller {
  readonly method: string;
  /** Host and port as asked for; empty when the client named none (HTTP/1.0). */
  readonly authority: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface AdmitOptions {
  /** Address that is listened on. */
  readonly host: string;
  /** Further names by which this listener is asked: `sluice.example`, `*.example` or `*`. */
  readonly allowedHosts: readonly string[];
}

/**
 * Keeps the pages of other sites out. Whoever browses the web on this machine lets foreign scripts send requests to
 * 127.0.0.1, and the local user of Sluice is anonymous: nothing but the request's own headers tells such a script from
 * the page of Sluice. Programs (curl, OpenAI's clients) send none of these headers and are not concerned.
 *
 * - A name that somebody else's DNS may point here (DNS rebinding): on a loopback address, or as soon as `allowedHosts`
 *   lists something, Host must be an IP address, `localhost`, `*.localhost`, `*.internal` (which nobody can register)
 *   or an allowed name.
 * - A request from a page of another origin: `Sec-Fetch-Site` says so, in older browsers and on plain addresses `Origin`.
 *   Following a link (navigation by GET) is no such request: the page that holds the link does not see the answer.
 *
 * @returns a function that throws AppError `permission-denied` for a caller that is not admitted.
 * @see https://www.w3.org/TR/fetch-metadata/ and https://fetch.spec.whatwg.org/#origin-header
 */
export function createAdmission({ host, allowedHosts }: AdmitOptions): (caller: Caller) => void {
  const allowed = allowedHosts.map((each) => plainHost(each));
  const isAllowed = (name: string): boolean => allowed.some((pattern) => matchesHost(pattern, name));
  const listenedOn = plainHost(host);
  const checksNames = allowedHosts.length > 0 || isLoopback(host);
  return (caller) => {
    const name = plainHost(caller.authority);
    if (checksNames && !isOwnName(name) && name !== listenedOn && !isAllowed(name)) {
      throw refusal(
        `Expected a Host header with this machine's address, localhost or an allowed name, received ${JSON.stringify(name)}.`,
        'host',
      );
    }
    const origin = headerOf(caller, 'origin');
    const from = origin === undefined ? '' : hostOfOrigin(origin);
    if (from !== '' && isAllowed(plainHost(from))) return;
    if (isOwnRequest(caller, from)) return;
    throw refusal(
      `Expected a request from Sluice's own page or from a program, received one from a page of ${JSON.stringify(origin ?? 'another origin')}.`,
      'origin',
    );
  };
}

function refusal(received: string, param: string): AppError {
  return new AppError(
    'permission-denied',
    `${received} If it is yours, add its name to gateway.allowedHosts (SLUICE_GATEWAY_ALLOWED_HOSTS).`,
    { param },
  );
}

const headerOf = ({ headers }: Caller, name: string): string | undefined => {
  const value = headers[name];
  return value === undefined ? undefined : String(value);
};

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Names that no stranger's DNS can answer for. A client without a Host header is no browser. */
function isOwnName(name: string): boolean {
  return (
    name === '' ||
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name.endsWith('.internal') ||
    isIP(name) !== 0
  );
}

/** @param from host and port of the Origin header; empty when there is none, or none that can be named. */
function isOwnRequest(caller: Caller, from: string): boolean {
  const site = headerOf(caller, 'sec-fetch-site');
  if (site === undefined)
    return headerOf(caller, 'origin') === undefined || from === hostAlone(caller.authority);
  if (site === 'same-origin' || site === 'none') return true;
  const isSafe = caller.method === 'GET' || caller.method === 'HEAD';
  return (
    isSafe &&
    headerOf(caller, 'sec-fetch-mode') === 'navigate' &&
    headerOf(caller, 'sec-fetch-dest') === 'document'
  );
}

/** `https://a.example:444` -> `a.example:444`; empty for `null` and what is no origin. */
function hostOfOrigin(origin: string): string {
  return hostAlone(/^https?:\/\/([^/?#@]+)$/i.exec(origin)?.[1] ?? '');
}

/** Lower case, without the ports that a URL leaves out. */
const hostAlone = (authority: string): string => authority.toLowerCase().replace(/:(?:80|443)$/, '');
