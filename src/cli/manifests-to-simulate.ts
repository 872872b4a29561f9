import { collectManifests } from '../autoscaler/manifests/collect-manifests.ts';
import type { ContainerSpec, DeploymentSpec } from '../autoscaler/manifests/deployment.ts';
import { manifestError, mindsHereOnly } from '../autoscaler/manifests/manifest-problem.ts';
import type { ManifestSet } from '../autoscaler/manifests/manifest-set.ts';
import type { ScaledObjectSpec } from '../autoscaler/manifests/scaled-object.ts';
import { targetOf } from '../autoscaler/manifests/target-of.ts';
import { manifestTexts } from './manifest-texts.ts';

/**
 * Manifests as they lie on a cluster, made fit for a simulation: nothing is started, so images without a command,
 * secrets that are not among the files and targets of other kinds are no reason to refuse them.
 *
 * @returns also a sentence for each target that had to be made up.
 * @throws AppError `invalid-argument` with what KEDA would refuse.
 */
export async function manifestsToSimulate(
  paths: readonly string[],
): Promise<{ readonly manifests: ManifestSet; readonly notes: readonly string[] }> {
  const { problems, set } = await collectManifests(await manifestTexts(paths));
  const refused = problems.filter(
    (problem) => !mindsHereOnly(problem) && problem.rule !== 'keda-requests-unseen',
  );
  if (refused.length > 0) throw manifestError(refused);
  const notes: string[] = [];
  const others = set.scaledObjects.flatMap((object) => {
    if (targetOf(object, set.deployments)) return [];
    const { kind, name } = object.scaleTargetRef;
    const written = kind === 'StatefulSet' ? targetOf(object, set.statefulSets) : undefined;
    const target = written ?? unseen(object);
    if (!written) {
      notes.push(
        `${kind} "${name}" is not among the files: ${target.slots} requests at once a replica and ${target.terminationGracePeriodMs / 1000} s to finish are assumed.`,
      );
    }
    return [target];
  });
  const deployments = [...set.deployments, ...others].map(asking);
  return { manifests: { ...set, deployments }, notes };
}

function unseen({ namespace, scaleTargetRef: { name }, source }: ScaledObjectSpec): DeploymentSpec {
  const main: ContainerSpec = {
    name: 'main',
    command: [],
    environment: [],
    workingDir: null,
    containerPort: null,
    readinessProbe: null,
    livenessProbe: null,
    requests: {},
  };
  return {
    name,
    namespace,
    annotations: {},
    source,
    containers: [main],
    main,
    terminationGracePeriodMs: 30_000,
    slots: 10,
    hosts: [],
    pathPrefix: '/',
  };
}

/** Its containers ask for ConfigMaps and Secrets, and do not insist. */
function asking(deployment: DeploymentSpec): DeploymentSpec {
  const relaxed = (container: ContainerSpec): ContainerSpec => ({
    ...container,
    environment: container.environment.map((variable) =>
      'optional' in variable ? { ...variable, optional: true } : variable,
    ),
  });
  return { ...deployment, main: relaxed(deployment.main), containers: deployment.containers.map(relaxed) };
}
