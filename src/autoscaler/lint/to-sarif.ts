import type { Finding } from './finding.ts';
import { lintRules } from './rule-severities.ts';

/**
 * Findings as SARIF 2.1.0, which code hosts show beside the lines. Our severities are its levels.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function toSarif(findings: readonly Finding[], version: string): object {
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'sluice lint',
            semanticVersion: version,
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: lintRules[id]?.title ?? id },
              help: { text: `docs/lint.md#${id}` },
              defaultConfiguration: { level: lintRules[id]?.severity ?? 'warning' },
            })),
          },
        },
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: ids.indexOf(finding.rule),
          level: finding.severity,
          message: { text: finding.fix === null ? finding.message : `${finding.message} ${finding.fix}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(finding.file) },
                region: { startLine: finding.line },
              },
              ...(finding.path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: finding.path }] }),
            },
          ],
        })),
      },
    ],
  };
}

/** A place within the code host's tree stays relative; `#`, spaces and letters beyond ASCII have no place in a URI. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path.replace(/^(?:\.\/)+/, '');
}
