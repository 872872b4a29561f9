import { removeFolder, serverFolder, startProcess, untilReady } from './server-process.ts';

/** The mock cluster of librdkafka: one broker that keeps messages and offsets in memory. */
export interface KafkaMock extends AsyncDisposable {
  readonly broker: string;
}

export async function startKafkaMock(): Promise<KafkaMock> {
  const folder = serverFolder();
  // It lives as long as this consumer, which waits for messages of a topic of its own.
  const server = startProcess({
    command: 'kcat',
    args: ['-b', 'mock', '-X', 'test.mock.num.brokers=1', '-d', 'mock', '-C', '-t', 'alive'],
    cwd: folder,
  });
  const broker = await untilReady(server, () => {
    const found = /127\.0\.0\.1:\d+/.exec(server.log())?.[0];
    return found === undefined ? Promise.reject(new Error('no address yet')) : Promise.resolve(found);
  });
  return {
    broker,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}
