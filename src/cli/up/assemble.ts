import { join } from 'node:path';
import { createAutoscaler, type Autoscaler } from '../../autoscaler/autoscaler.ts';
import { toRouteSpecs } from '../../autoscaler/manifests/interceptor-route-specs.ts';
import type { ManifestSet } from '../../autoscaler/manifests/manifest-set.ts';
import { toTargetSpecs, type TargetSpec } from '../../autoscaler/manifests/target-spec.ts';
import { createProcessTarget } from '../../autoscaler/targets/drivers/process.ts';
import type { ScaleTarget } from '../../autoscaler/targets/scale-target.ts';
import { createGuardian } from '../../autoscaler/targets/guardian.ts';
import { createStartSlots } from '../../autoscaler/targets/start-slots.ts';
import type { SluiceConfig } from '../../contract/config.ts';
import type { ReplicaAddress } from '../../contract/load.ts';
import { createAdmission } from '../../gateway/admit/create-admission.ts';
import { createPageHandler } from '../../gateway/page.ts';
import type { Clock } from '../../platform/clock.ts';
import { collectGarbage } from '../../platform/collect-garbage.ts';
import { configEnvironment } from '../../platform/config-environment.ts';
import { serveHttp, type HttpHandler } from '../../platform/http-server.ts';
import type { Logger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { handlerOf } from '../../platform/route-handler.ts';
import { pageTarget } from '../../timeseries/page-target.ts';
import { startScraper } from '../../timeseries/scrape.ts';
import { registryTarget } from '../../timeseries/scrape-target.ts';
import { createMetricsStore } from '../../timeseries/store.ts';
import { writeLog } from '../write-log.ts';
import { admitFirst } from './admit-first.ts';
import { adminRoutes } from './admin-routes.ts';
import { collectWhenIdle } from './collect-when-idle.ts';
import { embeddedQuery } from './embedded-query.ts';
import { shippedFiles } from './shipped-files.ts';
import { statusRoutes } from './status-routes.ts';
import { lazyGatewayScaler } from './gateway-scaler.ts';
import { openGateway } from './open-gateway.ts';
import { startExternalScaler } from './start-external-scaler.ts';
import { startJobs, type Jobs } from './start-jobs.ts';
import { superviseWorker } from './worker-supervisor.ts';

export interface AssemblyOptions {
  /** `dataDir` is absolute, as replicas and workers get it as it stands, and is there. */
  readonly config: SluiceConfig;
  readonly manifests: ManifestSet;
  /** Folders that the worker puts in step with the index first. */
  readonly sync: readonly string[];
  readonly maxStartsAtOnce: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Everything that `sluice up` runs. Disposing stops it in order: refuse new, drain, stop replicas and worker. */
export interface Assembly extends AsyncDisposable {
  readonly address: ReplicaAddress;
  readonly adminAddress: ReplicaAddress;
  readonly targets: readonly TargetSpec[];
  /** False in front of other programs than Sluice's own replica: there is no page then, and no worker. */
  readonly servesDocuments: boolean;
}

/** Longest wait for answers under way when everything stops. */
const closeGraceMs = 20_000;

export async function assemble(options: AssemblyOptions): Promise<Assembly> {
  const { config, clock, logger } = options;
  await using stack = new AsyncDisposableStack();
  const shipped = shippedFiles();
  const targets = toTargetSpecs(options.manifests);
  const servesDocuments = targets.some(({ launch }) => launch.listens === 'socket');

  const metrics = createMetrics({ job: 'sluice' });
  const { retentionMs, maxSeries } = config.timeseries;
  const store = createMetricsStore({ retentionMs, maxSeries });
  const guardian = stack.use(createGuardian({ logger }));

  const page = servesDocuments ? createPageHandler(shipped.web) : () => null;
  let live: HttpHandler | null = null;
  const routes = toRouteSpecs(options.manifests);
  const gateway = await openGateway(options, targets, routes, metrics, (pathname) =>
    servesDocuments && (pathname === '/scaling' || pathname === '/events') ? live : page(pathname),
  );
  const environment = configEnvironment(config);
  const startSlots = createStartSlots(options.maxStartsAtOnce);
  const createTarget = ({ launch }: TargetSpec): ScaleTarget =>
    createProcessTarget({
      launch,
      clock,
      logger,
      guardian,
      drain: (replicaId, signal) => gateway.whenDrained(replicaId, signal),
      startSlots,
      sluiceCommand: shipped.replica,
      onOutput: (replica, stream, line) => passOn(replica, stream, line, logger),
      baseEnvironment: { ...process.env, ...environment },
    });
  const scaled = targets.map((spec) => ({
    spec,
    scaleTarget: stack.use(createTarget(spec)),
  }));
  stack.adopt(gateway, () => gateway.close(closeGraceMs));

  const scraper = stack.use(
    startScraper({
      store,
      clock,
      logger,
      intervalMs: config.autoscaler.scrapeIntervalMs,
      targets: () => [registryTarget('sluice', metrics, { job: 'sluice' })],
    }),
  );
  const pages = config.timeseries.scrape.map(pageTarget);
  if (pages.length > 0) {
    // Apart from the first, which a trigger's query waits for: a page that is slow must not delay a decision.
    const intervalMs = config.autoscaler.scrapeIntervalMs;
    stack.use(startScraper({ store, clock, logger, intervalMs, targets: () => pages }));
  }
  const query = embeddedQuery(store, scraper, clock);
  const scaler = stack.use(lazyGatewayScaler(gateway, targets, routes, clock));
  // Before the triggers that may ask it: KEDA begins with none of an object's triggers while one cannot be built.
  stack.use(await startExternalScaler(config.autoscaler, scaler, { clock, logger }));
  const autoscaler = stack.use(
    await createAutoscaler({
      targets: scaled,
      manifests: options.manifests,
      load: (target) => gateway.load(target),
      policy: config.autoscaler.policy,
      compat: {
        kubernetes: config.autoscaler.kubernetes,
        keda: config.autoscaler.keda,
        freezeTrap: config.autoscaler.freezeTrap,
      },
      hpaSyncPeriodMs: config.autoscaler.hpaSyncPeriodMs,
      ...(config.autoscaler.hpaPhaseMs === null ? {} : { hpaPhaseMs: config.autoscaler.hpaPhaseMs }),
      instant: {
        extraIdleMs: config.autoscaler.extraReplicaIdleMs,
        maxConcurrentStarts: options.maxStartsAtOnce,
      },
      query,
      gatewayScaler: scaler,
      stateFolder: join(config.dataDir, 'scaling'),
      clock,
      logger,
      metrics,
    }),
  );
  const idle = stack.use(
    collectWhenIdle(
      clock,
      () => scaled.every(({ scaleTarget }) => scaleTarget.replicas().length === 0),
      collectGarbage,
    ),
  );
  for (const { scaleTarget } of scaled) {
    const tell = (): void => gateway.setReplicas(scaleTarget.name, scaleTarget.replicas());
    scaleTarget.onChange(tell);
    scaleTarget.onChange(() => idle.changed());
    tell();
  }
  gateway.onLoadChange((target) => autoscaler.notify(target));

  const jobs = stack.use(
    await startJobs({
      manifests: options.manifests,
      load: (target) => gateway.load(target),
      query,
      guardian,
      clock,
      logger,
    }),
  );
  const status = options.manifests.scaledJobs.length === 0 ? autoscaler : withJobs(autoscaler, jobs);
  live = handlerOf(statusRoutes(status, clock));
  if (servesDocuments) stack.use(startWorker(options, environment, shipped.worker, guardian));
  const admin = stack.use(
    await serveHttp(
      { host: config.adminHost, port: config.adminPort },
      admitFirst(
        createAdmission({ host: config.adminHost, allowedHosts: config.gateway.allowedHosts }),
        handlerOf(adminRoutes({ status, metrics, store, clock })),
      ),
    ),
  );
  const owned = stack.move();
  return {
    address: gateway.address,
    adminAddress: admin.address,
    targets,
    servesDocuments,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What is shown of scaling, with the ScaledJobs. */
const withJobs = (autoscaler: Autoscaler, jobs: Jobs): Autoscaler => ({
  ...autoscaler,
  status: () => ({ ...autoscaler.status(), scaledJobs: [...jobs.status()] }),
});

/** A replica that logs as we do speaks for itself; what another program writes becomes an event. */
function passOn(replica: string, stream: 'stdout' | 'stderr', line: string, logger: Logger): void {
  if (line.startsWith('{"time":')) writeLog(`${line}\n`);
  else logger.info({ event: 'replica-output', replica, stream, line });
}

/** Woken once at the start: for the folders to sync, and for what an earlier run left in the queue. */
function startWorker(
  { config, sync, clock, logger }: AssemblyOptions,
  env: Readonly<Record<string, string>>,
  [program, script]: readonly [string, string],
  guardian: Parameters<typeof superviseWorker>[0]['guardian'],
): AsyncDisposable {
  const worker = superviseWorker({
    command: [program, script],
    firstArguments: sync.flatMap((folder) => ['--sync', folder]),
    env,
    dataDir: config.dataDir,
    guardian,
    clock,
    logger,
  });
  worker.wake();
  return worker;
}
