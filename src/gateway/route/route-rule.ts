/**
 * Which requests a route takes: the words of KEDA's InterceptorRoute rules. Every given condition must match; a rule
 * without conditions takes everything.
 */
export interface RouteRule {
  /** `shop.example`, `*.example` (any depth, not `example` itself), `*` or empty for any. The port is ignored. @defaultValue any host */
  readonly hosts?: readonly string[];
  /** Whole-segment prefixes: `/a` takes `/a` and `/a/b`, not `/ab`. Slashes at either end change nothing. @defaultValue `/` */
  readonly paths?: readonly string[];
  /** All must be there; without `value` presence is enough, else one line of that header must be the value. @defaultValue none */
  readonly headers?: readonly HeaderMatch[];
}

export interface HeaderMatch {
  readonly name: string;
  readonly value?: string;
}

/** What routing looks at. */
export interface RouteQuery {
  /** As in the Host header; a port is ignored. */
  readonly host: string;
  /** Path without the query string, undecoded. */
  readonly path: string;
  /** Every line of a header, by its name in lower case; empty when it was not sent. */
  readonly header: (name: string) => readonly string[];
}
