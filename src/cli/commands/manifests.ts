import { builtInManifest } from '../../autoscaler/manifests/built-in.ts';
import { AppError } from '../../contract/app-error.ts';
import { manifestTexts } from '../manifest-texts.ts';

export interface ManifestsFlags {
  readonly file: readonly string[];
  readonly hpa?: boolean;
}

/** `sluice manifests`: the built-in manifests as YAML; with `--hpa` what KEDA would make of these or others. */
export async function manifests(flags: ManifestsFlags): Promise<void> {
  process.stdout.write(await manifestsText(flags));
}

/** What the command prints. @throws AppError `invalid-argument` with what KEDA would refuse. */
export async function manifestsText({ file, hpa = false }: ManifestsFlags): Promise<string> {
  if (hpa) return hpaText(file);
  if (file.length === 0) return builtInManifest;
  throw new AppError(
    'invalid-argument',
    'Expected --hpa beside --file, received --file alone: without --hpa the built-in manifests are printed.',
  );
}

async function hpaText(paths: readonly string[]): Promise<string> {
  const [{ stringify }, { collectManifests }, { manifestError, mindsHereOnly }, { generatedHpas }] =
    await Promise.all([
      import('yaml'),
      import('../../autoscaler/manifests/collect-manifests.ts'),
      import('../../autoscaler/manifests/manifest-problem.ts'),
      import('../../autoscaler/triggers/generated-hpas.ts'),
    ]);
  const { problems, set } = await collectManifests(await manifestTexts(paths));
  const refused = problems.filter((problem) => !mindsHereOnly(problem));
  if (refused.length > 0) throw manifestError(refused);
  if (set.scaledObjects.length === 0) {
    throw new AppError(
      'invalid-argument',
      'Expected manifests with a ScaledObject, received none: KEDA makes an HPA of nothing else.',
    );
  }
  const documents = generatedHpas(set).map(({ hpa, leftOut, object: { name, namespace, source } }) => {
    const head = `# ScaledObject ${namespace}/${name} (${source.file}:${source.line})`;
    if (hpa === null) return `${head} is paused by annotation: KEDA has deleted its HPA.\n`;
    const lacking = leftOut.map(
      ({ index, reason, type }) =>
        `# Without the metrics of triggers[${index}] (${type}): ${reason.replaceAll(/\s+/g, ' ')}.\n`,
    );
    return `${head}\n${lacking.join('')}${stringify(hpa)}`;
  });
  return documents.join('---\n');
}
