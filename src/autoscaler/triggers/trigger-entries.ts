import { AppError } from '../../contract/app-error.ts';
import type { LoadReport } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import type { LogEvent, Logger } from '../../platform/logger.ts';
import type { ManifestSet } from '../manifests/manifest-set.ts';
import type { TriggerSpec } from '../manifests/scaled-object.ts';
import type { TargetSpec } from '../manifests/target-spec.ts';
import { resolveAuthParams } from './auth-params.ts';
import { loadTriggerDriver } from './catalog.ts';
import { resolvedFetch } from './resolved-fetch.ts';
import type { GatewayScalerAccess, PodView, Trigger, TriggerDependencies } from './trigger.ts';

/** What has triggers: a ScaledObject's target, or the jobs of a ScaledJob. */
export interface TriggerOwner extends Pick<
  TargetSpec,
  'name' | 'triggerEnvironment' | 'containerEnvironments'
> {
  readonly scaledObject: Pick<
    TargetSpec['scaledObject'],
    'name' | 'namespace' | 'scalingModifiers' | 'source' | 'triggers'
  >;
}

export interface TriggerEntriesOptions {
  readonly spec: TriggerOwner;
  readonly manifests: Pick<ManifestSet, 'configMaps' | 'triggerAuthentications'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly load: () => LoadReport;
  readonly query: TriggerDependencies['query'];
  /** Answers triggers of the HTTP add-on whose address leads nowhere. @defaultValue nobody does */
  readonly gatewayScaler?: GatewayScalerAccess;
  /** @defaultValue the global one, after a look-up of the host's name */
  readonly fetch?: typeof fetch;
  /** Every replica of every target; only `kubernetes-workload` asks. @defaultValue none */
  readonly pods?: () => readonly PodView[];
  /** A trigger type of KEDA's that is not read here: `refuse` the start, or `skip` it with a warning. */
  readonly unsupported: 'refuse' | 'skip';
}

/** A trigger that is left out, for the status. */
export interface SkippedTrigger {
  readonly index: number;
  readonly spec: TriggerSpec;
  readonly reason: string;
}

/** One trigger of the object, as often as it has to be made. */
export interface TriggerEntry {
  readonly index: number;
  readonly spec: TriggerSpec;
  /** Made when the parameters were checked; nobody has asked it yet. */
  readonly first: Trigger;
  /** Makes another one, its authentication resolved anew. @throws AppError when that cannot be done any more. */
  make(): Trigger;
}

/** @throws AppError `invalid-argument` or `unsupported` with the problems of all triggers. */
export async function createTriggerEntries(
  options: TriggerEntriesOptions,
): Promise<{ readonly entries: readonly TriggerEntry[]; readonly skipped: readonly SkippedTrigger[] }> {
  const { logger, spec: target } = options;
  const entries: TriggerEntry[] = [];
  const skipped: SkippedTrigger[] = [];
  const errors: AppError[] = [];
  for (const [index, spec] of target.scaledObject.triggers.entries()) {
    try {
      const create = await loadTriggerDriver(spec.type);
      const own = sayingOnce(logger);
      const make = (): Trigger =>
        own.whileMaking(() => create(spec, dependenciesOf(index, spec, options, own.logger)));
      entries.push({ index, spec, first: make(), make });
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.code !== 'unsupported' || options.unsupported === 'refuse') {
        errors.push(error);
      } else {
        const reason = error.message;
        logger.warn({ event: 'trigger-skipped', target: target.name, index, type: spec.type, reason });
        skipped.push({ index, spec, reason });
      }
    }
  }
  const [first] = errors;
  if (first) {
    const { file, line } = target.scaledObject.source;
    const messages = errors.map(({ message }) => `${file}:${line}: ${message}`).join('\n');
    throw new AppError(first.code, messages, { param: file });
  }
  return { entries, skipped };
}

function dependenciesOf(
  index: number,
  spec: TriggerSpec,
  options: TriggerEntriesOptions,
  logger: Logger,
): TriggerDependencies {
  const { clock, load, manifests, query, spec: target } = options;
  const { name: objectName, namespace, scalingModifiers } = target.scaledObject;
  return {
    index,
    target: target.name,
    namespace,
    objectName,
    authParams: resolveAuthParams(
      spec,
      namespace,
      manifests,
      target.triggerEnvironment,
      target.containerEnvironments,
    ),
    resolvedEnv: target.triggerEnvironment,
    // Pods of a cluster have identities; the manifests' reader refuses any other here.
    podIdentity: 'none',
    formulaInput: Boolean(scalingModifiers?.formula),
    configMap: (kind, name) =>
      manifests.configMaps.find(
        (object) => object.kind === kind && object.name === name && object.namespace === namespace,
      )?.data ?? null,
    pods: options.pods ?? (() => []),
    load,
    query,
    ...(options.gatewayScaler ? { gatewayScaler: options.gatewayScaler } : {}),
    fetch: options.fetch ?? resolvedFetch,
    clock,
    logger,
  };
}

/** Known only when they are asked, and true for as long as the manifest is. */
const factsWhenAsked: ReadonlySet<string> = new Set(['external-scaler-embedded', 'prometheus-embedded']);

/** What making a trigger has to say is about its manifest, and the same however often it is made: said once. */
function sayingOnce(logger: Logger): {
  readonly logger: Logger;
  whileMaking(make: () => Trigger): Trigger;
} {
  const said = new Set<string>();
  let isMaking = false;
  const isNews = (event: LogEvent): boolean => {
    if (!isMaking && !factsWhenAsked.has(event.event)) return true;
    const text = JSON.stringify(event);
    if (said.has(text)) return false;
    said.add(text);
    return true;
  };
  return {
    logger: {
      debug: (event) => (isNews(event) ? logger.debug(event) : undefined),
      info: (event) => (isNews(event) ? logger.info(event) : undefined),
      warn: (event) => (isNews(event) ? logger.warn(event) : undefined),
      error: (event) => (isNews(event) ? logger.error(event) : undefined),
      child: (fields) => logger.child(fields),
    },
    whileMaking: (make) => {
      isMaking = true;
      try {
        return make();
      } finally {
        isMaking = false;
      }
    },
  };
}
