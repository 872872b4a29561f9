import type { JobScaler } from '../../autoscaler/job-scaler.ts';
import type { ManifestSet } from '../../autoscaler/manifests/manifest-set.ts';
import type { Guardian } from '../../autoscaler/targets/guardian.ts';
import type { TriggerDependencies } from '../../autoscaler/triggers/trigger.ts';
import type { LoadReport } from '../../contract/load.ts';
import type { ScaledJobStatus } from '../../contract/scaling.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';

export interface JobsOptions {
  readonly manifests: ManifestSet;
  readonly load: (target: string) => LoadReport;
  readonly query: TriggerDependencies['query'];
  readonly guardian: Guardian;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The ScaledJobs that run. Disposing stops their jobs. */
export interface Jobs extends AsyncDisposable {
  status(): readonly ScaledJobStatus[];
}

/** Runs the ScaledJobs of the manifests as processes of this machine. Without any, nothing of it is loaded. */
export async function startJobs({ manifests, load, ...shared }: JobsOptions): Promise<Jobs> {
  await using stack = new AsyncDisposableStack();
  const scalers: JobScaler[] = [];
  if (manifests.scaledJobs.length > 0) {
    const [{ toJobSpecs }, { createJobTarget }, { createJobScaler }] = await Promise.all([
      import('../../autoscaler/manifests/job-spec.ts'),
      import('../../autoscaler/targets/drivers/job.ts'),
      import('../../autoscaler/job-scaler.ts'),
    ]);
    for (const spec of toJobSpecs(manifests)) {
      const target = stack.use(createJobTarget({ launch: spec.launch, ...shared }));
      const scaler = await createJobScaler({
        spec,
        target,
        manifests,
        load: () => load(spec.name),
        ...shared,
      });
      scalers.push(stack.use(scaler));
    }
  }
  const owned = stack.move();
  return {
    status: () => scalers.map((scaler) => scaler.status()),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
