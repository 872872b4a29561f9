import type { Finding, Severity } from './finding.ts';

const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** Findings for people: place and sentence, then the way out and where to read on. */
export function printFindings(findings: readonly Finding[], fixedCount: number): string {
  const blocks = findings.map(({ docs, file, fix, line, message, path, rule, severity }) => {
    const where = path === '' ? '' : `${path}: `;
    const way = fix === null ? '' : `\n    fix: ${fix}`;
    return `${file}:${line}: ${severity} ${rule}: ${where}${message}${way}\n    ${docs}`;
  });
  const counts = severities
    .map(
      (severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const,
    )
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count === 1 ? '' : 's'}`);
  const fixable = findings.filter(({ edits }) => edits.length > 0).length;
  const summary = counts.length > 0 ? `${counts.join(', ')}.` : 'Nothing to complain about.';
  const more = [
    fixedCount > 0 ? ` ${fixedCount} fixed.` : '',
    fixable > 0 ? ` --fix would mend ${fixable}.` : '',
  ].join('');
  return `${[...blocks, `${summary}${more}`].join('\n')}\n`;
}
