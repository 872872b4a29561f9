import { writeFile } from 'node:fs/promises';
import type { Finding } from '../../autoscaler/lint/finding.ts';
import { lint as lintTexts } from '../../autoscaler/lint/lint.ts';
import { mindsHereOnly } from '../../autoscaler/manifests/manifest-problem.ts';
import type { ManifestText } from '../../autoscaler/manifests/parse-manifests.ts';
import { AppError } from '../../contract/app-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { manifestTexts } from '../manifest-texts.ts';

export interface LintFlags {
  readonly fix?: boolean;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly strict?: boolean;
  /** Without what only this machine minds. */
  readonly cluster?: boolean;
}

/** `sluice lint`: exit code 0 when clean, 1 with `--strict` and warnings, 2 with errors. */
export async function lint(paths: readonly string[], flags: LintFlags): Promise<void> {
  const { exitCode, output } = await runLint(paths, flags);
  process.stdout.write(output);
  process.exitCode = exitCode;
}

/** The command without its process: what it prints and the exit code it means. With `--fix` it writes the files. */
export async function runLint(
  paths: readonly string[],
  flags: LintFlags,
): Promise<{ readonly output: string; readonly exitCode: number }> {
  if (flags.json && flags.sarif) {
    throw new AppError('invalid-argument', 'Expected --json or --sarif, received both. Choose one.');
  }
  const look = async (among: readonly ManifestText[]): Promise<readonly Finding[]> => {
    const all = await lintTexts(among);
    return flags.cluster ? all.filter((finding) => !mindsHereOnly(finding)) : all;
  };
  let texts = await manifestTexts(paths);
  let findings = await look(texts);
  let fixed: readonly Finding[] = [];
  if (flags.fix) {
    if (paths.length === 0 || paths.some(isStandardInput)) {
      throw new AppError(
        'invalid-argument',
        '--fix needs files to mend. Name them; the built-in manifest and standard input stay.',
      );
    }
    // A mended key can bring another finding to light; three rounds are more than any file needs.
    for (let round = 0; round < 3; round += 1) {
      const now = await fixFiles(texts, findings);
      if (now.length === 0) break;
      fixed = [...fixed, ...now];
      texts = await manifestTexts(paths);
      findings = await look(texts);
    }
  }
  const output = await print(findings, fixed, flags);
  if (findings.some(({ severity }) => severity === 'error')) return { output, exitCode: exitCodes.usage };
  const isStrict = flags.strict && findings.some(({ severity }) => severity === 'warning');
  return { output, exitCode: isStrict ? exitCodes.failed : exitCodes.ok };
}

/** A pipe cannot be written back. */
const isStandardInput = (path: string): boolean => path === '-';

async function fixFiles(
  texts: readonly ManifestText[],
  findings: readonly Finding[],
): Promise<readonly Finding[]> {
  const { applyFixes } = await import('../../autoscaler/lint/apply-fixes.ts');
  const all: Finding[] = [];
  for (const { file, text } of texts) {
    const { fixed, text: after } = await applyFixes(
      text,
      findings.filter((finding) => finding.file === file),
    );
    if (fixed.length === 0) continue;
    await writeFile(file, after);
    all.push(...fixed);
  }
  return all;
}

async function print(
  findings: readonly Finding[],
  fixed: readonly Finding[],
  flags: LintFlags,
): Promise<string> {
  if (flags.sarif) {
    const { toSarif } = await import('../../autoscaler/lint/to-sarif.ts');
    const { shippedFiles } = await import('../up/shipped-files.ts');
    return `${JSON.stringify(toSarif(findings, shippedFiles().version), null, 2)}\n`;
  }
  if (flags.json) {
    const plain = findings.map(({ edits, ...finding }) => ({ ...finding, fixable: edits.length > 0 }));
    return `${JSON.stringify({ findings: plain, fixed: fixed.map(({ edits: _edits, ...finding }) => finding) })}\n`;
  }
  const { printFindings } = await import('../../autoscaler/lint/print-findings.ts');
  return printFindings(findings, fixed.length);
}
