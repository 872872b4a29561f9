import { linesOf } from '../net/lines-of.ts';
import { openSocket, type Address } from '../net/open-socket.ts';

/** Statistics of one tube, by the names beanstalkd gives them. */
export type TubeStats = Readonly<Record<string, number | string>>;

/** Jobs that wait for a worker or are with one; delayed ones too where asked for. */
export function tubeJobs(stats: TubeStats, includeDelayed: boolean): number {
  const of = (state: string): number => Number(stats[`current-jobs-${state}`] ?? 0);
  return of('ready') + of('reserved') + (includeDelayed ? of('delayed') : 0);
}

/** A connection that tells about tubes. */
export interface TubeReader extends AsyncDisposable {
  /** A tube that does not exist has no jobs. */
  stats(tube: string): Promise<TubeStats>;
}

/** More lines than this are no statistics. */
const maxLines = 200;

/** @see https://github.com/beanstalkd/beanstalkd/blob/master/doc/protocol.txt */
export async function openTubeReader(address: Address, signal: AbortSignal): Promise<TubeReader> {
  const socket = await openSocket(address, null, signal);
  const lines = linesOf(socket);
  const nextLine = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done) throw new Error('the connection was closed');
    return next.value;
  };
  return {
    stats: async (tube) => {
      socket.write(`stats-tube ${tube}\r\n`);
      const answer = await nextLine();
      if (answer === 'NOT_FOUND') return {};
      if (!answer.startsWith('OK ')) throw new Error(`it answered "${answer.slice(0, 80)}"`);
      const stats: Record<string, number | string> = {};
      for (let count = 0; count < maxLines; count += 1) {
        const line = await nextLine();
        // An empty line ends the YAML; its first line is three dashes.
        if (line === '') return stats;
        const [, name, text = ''] = /^([\w-]+): (.*)$/.exec(line) ?? [];
        if (name !== undefined) stats[name] = /^\d+$/.test(text) ? Number(text) : text;
      }
      throw new Error('the statistics do not end');
    },
    [Symbol.asyncDispose]: () => {
      socket.destroy();
      return Promise.resolve();
    },
  };
}
