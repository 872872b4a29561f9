import { parseAddress, type Address } from '../net/open-socket.ts';
import {
  openRedisConnection,
  RedisError,
  type RedisConnection,
  type RedisLogin,
} from './redis-connection.ts';
import type { RespValue } from './resp.ts';

/** How the servers stand together. */
export type RedisTopology = 'single' | 'cluster' | 'sentinel';

export interface RedisPlace {
  readonly topology: RedisTopology;
  /** At least one. Of a cluster: nodes to begin with; of sentinels: the sentinels. */
  readonly addresses: readonly Address[];
  readonly login: RedisLogin;
  readonly sentinel: {
    readonly master: string;
    readonly username: string | null;
    readonly password: string | null;
  };
}

/** Commands about one key, sent to the server that has it. */
export interface RedisClient extends AsyncDisposable {
  send(...words: string[]): Promise<RespValue>;
}

export function openRedis(place: RedisPlace, signal: AbortSignal): Promise<RedisClient> {
  if (place.topology === 'cluster') return openCluster(place, signal);
  if (place.topology === 'sentinel') return openBySentinel(place, signal);
  return firstOf(place.addresses.slice(0, 1), (address) => openRedisConnection(address, place.login, signal));
}

/** The first address that answers; the last error when none does. */
async function firstOf<T>(addresses: readonly Address[], open: (address: Address) => Promise<T>): Promise<T> {
  let last: unknown = new Error('no address is given');
  for (const address of addresses) {
    try {
      return await open(address);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** @see https://redis.io/docs/latest/develop/reference/sentinel-clients/ */
async function openBySentinel(place: RedisPlace, signal: AbortSignal): Promise<RedisClient> {
  const { addresses, login, sentinel } = place;
  const master = await firstOf(addresses, async (address) => {
    await using connection = await openRedisConnection(
      address,
      { ...login, username: sentinel.username, password: sentinel.password, databaseIndex: 0 },
      signal,
    );
    const answer = await connection.send('SENTINEL', 'get-master-addr-by-name', sentinel.master);
    if (!Array.isArray(answer)) throw new Error(`the sentinel knows no master named "${sentinel.master}"`);
    const [host, port] = answer.map(String);
    return { host: host ?? '', port: Number(port) };
  });
  const connection = await openRedisConnection(master, login, signal);
  try {
    await demandMaster(connection);
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
  return connection;
}

/** A sentinel may name a server that has just been replaced. */
async function demandMaster(connection: RedisConnection): Promise<void> {
  let role: RespValue;
  try {
    role = await connection.send('ROLE');
  } catch (error) {
    // A user who may not ask this may still read.
    if (error instanceof RedisError) return;
    throw error;
  }
  if (Array.isArray(role) && role[0] !== 'master') {
    throw new Error('the server that the sentinel names is no master any more');
  }
}

const maxRedirects = 5;
/** A command on its way to another node may not take longer than this to connect. */
const nodeTimeoutMs = 3000;

/** Asks a node it has; the node names the right one when it is not that. @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#redirection-and-resharding */
async function openCluster({ addresses, login }: RedisPlace, signal: AbortSignal): Promise<RedisClient> {
  // A cluster has one database only.
  const nodeLogin = { ...login, databaseIndex: 0 };
  const nodes = new Map<string, Promise<RedisConnection>>();
  const nameOf = ({ host, port }: Address): string => `${host}:${port}`;
  const nodeAt = (address: Address, within: AbortSignal): Promise<RedisConnection> => {
    const name = nameOf(address);
    const known = nodes.get(name);
    if (known) return known;
    const opening = openRedisConnection(address, nodeLogin, within);
    nodes.set(name, opening);
    opening.catch(() => nodes.delete(name));
    return opening;
  };
  let home = await firstOf(addresses, async (address) => {
    await nodeAt(address, signal);
    return address;
  });

  const sendTo = async (
    address: Address,
    asking: boolean,
    words: string[],
    left: number,
  ): Promise<RespValue> => {
    const node = await nodeAt(address, AbortSignal.timeout(nodeTimeoutMs));
    try {
      if (asking) await node.send('ASKING');
      return await node.send(...words);
    } catch (error) {
      if (!(error instanceof RedisError) || left === 0) throw error;
      const [kind = '', , where = ''] = error.message.split(' ');
      if (kind !== 'MOVED' && kind !== 'ASK') throw error;
      // An empty host means: the same as the one asked.
      const next = where.startsWith(':')
        ? { host: address.host, port: Number(where.slice(1)) }
        : parseAddress(where, 6379);
      if (next === null) throw error;
      // The trigger asks for one key again and again: it stays with the node that has it.
      if (kind === 'MOVED') home = next;
      return sendTo(next, kind === 'ASK', words, left - 1);
    }
  };
  return {
    send: (...words) => sendTo(home, false, words, maxRedirects),
    [Symbol.asyncDispose]: async () => {
      for (const opening of nodes.values()) {
        // A node that never opened has nothing to close.
        const node = await opening.catch(() => null);
        await node?.[Symbol.asyncDispose]();
      }
    },
  };
}
