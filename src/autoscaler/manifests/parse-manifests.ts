import { collectManifests, type ManifestText } from './collect-manifests.ts';
import { manifestError } from './manifest-problem.ts';
import type { ManifestSet } from './manifest-set.ts';

export type { ManifestText } from './collect-manifests.ts';

/**
 * Reads Kubernetes and KEDA objects and applies the admission rules of a cluster.
 *
 * @throws AppError `invalid-argument` with every problem of every file, one line each: `file:line: path: reason`.
 */
export async function parseManifests(texts: readonly ManifestText[]): Promise<ManifestSet> {
  const { problems, set } = await collectManifests(texts);
  if (problems.length > 0) throw manifestError(problems);
  return set;
}
