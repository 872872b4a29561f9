import { builtInManifest } from '../../autoscaler/manifests/built-in.ts';

/** Prints the built-in manifest as YAML. */
export function manifests(): void {
  process.stdout.write(builtInManifest);
}
