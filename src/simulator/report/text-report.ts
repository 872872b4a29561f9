import { describeSettings } from '../sweep.ts';
import { countOf, formatWait } from './format-figure.ts';
import { outcomeColumns, sweepColumns } from './outcome-columns.ts';
import type { SimulationReport } from './simulation-report.ts';

/** The report as plain text, for a terminal. Ends with a newline. */
export function textReport(report: SimulationReport): string {
  const lines = [
    `${report.target}: ${countOf(report.requests, 'request')} in ${formatWait(report.spanSeconds * 1000)}`,
    ...report.assumptions.map(({ name, value }) => `  ${name}: ${value}`),
    '',
  ];
  if (report.policies.length > 0) {
    const columns = outcomeColumns(report.policies.some(({ cost }) => cost !== null));
    lines.push(
      ...textTable(
        ['policy', ...columns.map(({ title }) => title)],
        report.policies.map((outcome) => [outcome.policy, ...columns.map(({ cell }) => cell(outcome))]),
      ),
    );
  }
  if (report.sweep !== null) lines.push(...sweepLines(report, report.sweep));
  const notes = allNotes(report);
  if (notes.length > 0) lines.push('', ...notes.map((note) => `note: ${note}`));
  return `${lines.join('\n')}\n`;
}

function sweepLines(report: SimulationReport, sweep: NonNullable<SimulationReport['sweep']>): string[] {
  const columns = sweepColumns(sweep.points.some(({ outcome }) => outcome.cost !== null));
  const onFrontier = new Set(sweep.frontier);
  const rows = sweep.points.map(({ outcome, settings }, index) => [
    index === sweep.recommended ? '→' : onFrontier.has(index) ? '*' : '',
    outcome.policy,
    ...Object.values(settings).map(String),
    ...columns.map(({ cell }) => cell(outcome)),
  ]);
  const names = Object.keys(sweep.points[0]?.settings ?? {});
  const lines = textTable(
    ['', 'policy', ...names, ...columns.map(({ title }) => title)],
    rows,
    2 + names.length,
  );
  lines.push('', '* no other point is cheaper and waits less');
  const best = sweep.recommended === null ? undefined : sweep.points[sweep.recommended];
  if (best !== undefined) {
    const verb = sweep.meetsTarget ? 'recommended' : 'target not met';
    lines.push(
      `→ ${verb}: ${best.outcome.policy} with ${describeSettings(best.settings)}: ${sweep.sentence}`,
    );
  }
  return lines;
}

/** What every reader must know: of the report and of its runs, each once. */
export function allNotes(report: SimulationReport): readonly string[] {
  const runs = [...report.policies, ...(report.sweep?.points.map(({ outcome }) => outcome) ?? [])];
  return [
    ...new Set([
      ...report.warnings,
      ...runs.flatMap(({ notes, policy }) => notes.map((note) => `${policy}: ${note}`)),
    ]),
  ];
}

/** The first `textColumns` columns are words and stand left, the others right. */
function textTable(head: readonly string[], rows: readonly (readonly string[])[], textColumns = 1): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column < textColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}
