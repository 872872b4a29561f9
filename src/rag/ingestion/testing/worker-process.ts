// A worker process for tests: `node worker-process.ts <dataDir> <documents to embed before it hangs>`.
// It hangs inside the second batch of a document, so that the document is half embedded, and says so on stdout.
import { join } from 'node:path';
import { systemClock } from '../../../platform/clock.ts';
import { createLogger } from '../../../platform/logger.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { createSqliteIndex } from '../../index/drivers/sqlite.ts';
import { runWorker } from '../run-worker.ts';

const [dataDir = '', documents = '0'] = process.argv.slice(2);
const hangAfter = Number(documents);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort(new Error('told to stop')));

let whole = 0;
const embedder: Embedder = {
  name: 'hanging',
  dimensions: 2,
  embed: async (texts, _kind, signal) => {
    if (texts.length < 64) {
      if (whole === hangAfter) {
        process.stdout.write('hanging\n');
        // Held open by a timer: a promise alone does not keep a process alive.
        await systemClock.sleep(3_600_000, signal);
      }
      whole += 1;
    }
    return texts.map(() => new Float32Array([1, 0]));
  },
  [Symbol.asyncDispose]: async () => {},
};

await using index = createSqliteIndex({ path: join(dataDir, 'index.sqlite'), embedder: embedder.name });
await runWorker({
  config: {
    dataDir,
    collection: 'default',
    ingestion: {
      maxDocumentBytes: 1_000_000,
      maxTextCharacters: 1_000_000,
      maxPages: 100,
      parseTimeoutMs: 60_000,
    },
  },
  index,
  embedder,
  tenant: 'local',
  clock: systemClock,
  logger: createLogger({
    level: 'info',
    write: (line) => void process.stderr.write(line),
    now: () => systemClock.now(),
  }),
  signal: stop.signal,
  sync: [],
  idleMs: 0,
  times: { leaseMs: 1_000, renewMs: 200 },
});
