/** On whose behalf something is read or written. */
export interface Principal {
  /** Who shares documents: everything stored belongs to exactly one tenant. */
  readonly tenant: string;
  /** Who asks: conversations belong to one subject of one tenant. */
  readonly subject: string;
}

/** Without configured API keys every request is this one. */
export const localPrincipal: Principal = { tenant: 'local', subject: 'anonymous' };
