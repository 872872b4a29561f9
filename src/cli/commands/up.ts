import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { AppError } from '../../contract/app-error.ts';
import type { ManifestSet } from '../../autoscaler/manifests/manifest-set.ts';
import type { SluiceConfig } from '../../contract/config.ts';
import type { ReplicaAddress } from '../../contract/load.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import { writeLog } from '../write-log.ts';
import { interruptSignal } from '../interrupt.ts';
import { manifestTexts } from '../manifest-texts.ts';
import { openableUrl } from '../openable-url.ts';
import { readConfig, type ConfigFlags } from '../read-config.ts';
import { assemble, type Assembly } from '../up/assemble.ts';
import { lockInstance } from '../up/instance-lock.ts';
import { shippedFiles } from '../up/shipped-files.ts';

export interface UpFlags extends ConfigFlags {
  readonly file: readonly string[];
  readonly documents: readonly string[];
  readonly host?: string;
  readonly port?: number;
  readonly adminPort?: number;
  readonly policy?: string;
  readonly json?: boolean;
}

/** `sluice up`: configuration -> manifests -> everything wired -> until a signal -> everything stopped in order. */
export async function up(flags: UpFlags): Promise<void> {
  const stop = interruptSignal();
  const given = await readConfig(flags, {
    ...(flags.host === undefined ? {} : { host: flags.host }),
    ...(flags.port === undefined ? {} : { port: flags.port }),
    ...(flags.adminPort === undefined ? {} : { adminPort: flags.adminPort }),
    ...(flags.policy === undefined ? {} : { autoscaler: { policy: flags.policy } }),
    ...(flags.documents.length === 0 ? {} : { documents: flags.documents }),
  });
  const config: SluiceConfig = { ...given, dataDir: resolve(given.dataDir) };
  const manifests = await readManifests(flags.file);
  using _lock = lockInstance(config.dataDir);
  const clock = systemClock;
  const logger = createLogger(
    { level: config.logLevel, write: writeLog, now: () => clock.now() },
    { process: 'up' },
  );
  for (const { file, line, path, message } of manifests.warnings) {
    logger.warn({ event: 'manifest-warning', file, line, path, message });
  }
  await using assembly = await assemble({
    config,
    manifests,
    sync: foldersToSync(config),
    maxStartsAtOnce: config.autoscaler.maxStartsAtOnce ?? availableParallelism(),
    clock,
    logger,
  });
  console.log(flags.json ? addressesJson(assembly) : banner(assembly, manifests, config));
  if (!stop.aborted)
    await new Promise((resolved) => stop.addEventListener('abort', resolved, { once: true }));
  logger.info({ event: 'stopping', reason: AppError.from(stop.reason).message });
}

/** @throws AppError `invalid-argument` for manifests that a cluster would refuse, and for those that run nothing. */
async function readManifests(paths: readonly string[]): Promise<ManifestSet> {
  const [{ parseManifests }, texts] = await Promise.all([
    import('../../autoscaler/manifests/parse-manifests.ts'),
    manifestTexts(paths),
  ]);
  const manifests = await parseManifests(texts);
  const { interceptorRoutes, scaledJobs, scaledObjects } = manifests;
  if (scaledObjects.length + scaledJobs.length + interceptorRoutes.length > 0) return manifests;
  throw new AppError(
    'invalid-argument',
    `Expected a ScaledObject, a ScaledJob or a route in ${paths.join(', ')}, received none of them: nothing would run.`,
    { param: 'file' },
  );
}

/** Folders named in the configuration; else the examples. */
function foldersToSync({ documents }: SluiceConfig): readonly string[] {
  return documents === null ? [shippedFiles().examples] : documents.map((folder) => resolve(folder));
}

/** What a person can open. */
const urlOf = (address: ReplicaAddress): string =>
  address.kind === 'unix' ? address.path : openableUrl(address.host, address.port);

const addressesJson = ({ address, adminAddress }: Assembly): string =>
  JSON.stringify({ url: urlOf(address), admin: urlOf(adminAddress), pid: process.pid });

function banner(
  { address, adminAddress, targets, servesDocuments }: Assembly,
  { scaledJobs }: ManifestSet,
  config: SluiceConfig,
): string {
  const names = targets.map(({ name, scaledObject }) => {
    const min = scaledObject.minReplicaCount ?? 0;
    return `${name} (${min} to ${scaledObject.maxReplicaCount} replicas)`;
  });
  const jobs = scaledJobs.map(({ maxReplicaCount, name }) => `${name} (at most ${maxReplicaCount} jobs)`);
  return [
    '',
    `  Sluice is up at ${urlOf(address)}`,
    `  scaling and metrics at ${urlOf(adminAddress)}/scaling`,
    `  ${[...names, ...jobs].join(', ') || 'no scale target'}; policy ${config.autoscaler.policy}`,
    ...(servesDocuments ? [`  documents, index and conversations in ${config.dataDir}`] : []),
    '  Ctrl-C stops it.',
    '',
  ].join('\n');
}
