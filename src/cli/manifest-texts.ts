import type { ManifestText } from '../autoscaler/manifests/parse-manifests.ts';

/** The texts of the manifests that were named, or of the built-in one. @throws AppError as `readManifestTexts` */
export async function manifestTexts(paths: readonly string[]): Promise<readonly ManifestText[]> {
  if (paths.length > 0) {
    const { readManifestTexts } = await import('../autoscaler/manifests/load-manifests.ts');
    return readManifestTexts(paths);
  }
  const { builtInFile, builtInManifest } = await import('../autoscaler/manifests/built-in.ts');
  return [{ file: builtInFile, text: builtInManifest }];
}
