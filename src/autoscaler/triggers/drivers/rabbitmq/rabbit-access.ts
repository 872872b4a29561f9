import type { TlsParameters } from '../net/tls-parameters.ts';

/** Where a RabbitMQ is and who asks it. */
export interface RabbitAccess {
  readonly url: URL;
  /** Empty: the server's guest. */
  readonly user: string;
  readonly password: string;
  readonly tls: TlsParameters;
}
