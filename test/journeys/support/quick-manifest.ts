import { builtInManifest } from '../../../src/autoscaler/manifests/built-in.ts';

export interface QuickManifestOptions {
  /** @defaultValue 1 */
  readonly cooldownSeconds?: number;
  /** @defaultValue 2 */
  readonly maxReplicas?: number;
  /** Questions that one replica answers at once. @defaultValue 8 */
  readonly slots?: number;
}

/** The built-in manifest with a short cooldown, so that a journey to zero and back takes seconds. */
export function quickManifest(options: QuickManifestOptions = {}): string {
  const { cooldownSeconds = 1, maxReplicas = 2, slots = 8 } = options;
  return builtInManifest
    .replace('maxReplicaCount: 10', `maxReplicaCount: ${maxReplicas}\n  cooldownPeriod: ${cooldownSeconds}`)
    .replace('sluice.dev/slots: "8"', `sluice.dev/slots: "${slots}"`);
}
