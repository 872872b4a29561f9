/**
 * Which requests go to a scale target: the words of KEDA's InterceptorRoute rules. Every given condition must match;
 * a rule without conditions takes everything.
 */
export interface RouteRule {
  /** Name of the scale target. */
  readonly target: string;
  /** `shop.example`, `*.example` (any depth, not `example` itself), `*` or empty for any. The port is ignored. @defaultValue any host */
  readonly hosts?: readonly string[];
  /** Whole-segment prefixes: `/a` takes `/a` and `/a/b`, not `/ab`. @defaultValue `/` */
  readonly paths?: readonly string[];
  /** All must be there; without `value` presence is enough. @defaultValue none */
  readonly headers?: readonly { readonly name: string; readonly value?: string }[];
}

/** What routing looks at. */
export interface RouteQuery {
  /** As in the Host header; a port is ignored. */
  readonly host: string;
  /** Path without the query string, undecoded. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}
