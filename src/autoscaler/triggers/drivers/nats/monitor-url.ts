export interface Monitor {
  /** `host:port` of the HTTP monitor. */
  readonly endpoint: string;
  readonly useHttps: boolean;
}

/** Where a server tells about its JetStream. The account is escaped, so that it cannot add parameters of its own. */
export function jetStreamUrl({ endpoint, useHttps }: Monitor, account: string): string {
  const query = new URLSearchParams({ acc: account, config: 'true', consumers: 'true' });
  return `${useHttps ? 'https' : 'http'}://${endpoint}/jsz?${query.toString()}`;
}

/** Where a server tells about itself and its neighbours. */
export function serverUrl({ endpoint, useHttps }: Monitor): string {
  return `${useHttps ? 'https' : 'http'}://${endpoint}/varz`;
}
