import { describeSettings } from '../sweep.ts';
import type { PricedOutcome } from '../compare.ts';
import { curvePlots } from './curve-plots.ts';
import { countOf, formatWait } from './format-figure.ts';
import { frontierPlot } from './frontier-plot.ts';
import { outcomeColumns, sweepColumns } from './outcome-columns.ts';
import type { SimulationReport, SweepReport } from './simulation-report.ts';
import { escapeMarkup } from './svg-plot.ts';
import { allNotes } from './text-report.ts';

// Hues that differ in lightness too, so that they are told apart without colour and on both grounds.
const style = `
:root{color-scheme:light dark;--ground:#fff;--ink:#1b2430;--soft:#5b6675;--line:#dde3ea;--need:#c9d3df;
--keda:#2b5fd9;--instant:#0b7a53;--knative:#b3541e;--static:#7a3e9d;--clairvoyant:#54606e}
@media (prefers-color-scheme:dark){:root{--ground:#12171e;--ink:#e6ebf1;--soft:#9aa7b6;--line:#2b3542;--need:#3a4757;
--keda:#7ea6ff;--instant:#4fd0a0;--knative:#f0a06a;--static:#cc9bea;--clairvoyant:#a9b6c4}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:2rem 1.25rem 4rem;background:var(--ground);color:var(--ink);
font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2.25rem 0 .5rem}p{margin:.25rem 0}
.soft,dt{color:var(--soft)}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:1rem 0}dd{margin:0}
.wide,figure{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9em;white-space:nowrap}
th,td{padding:.35rem .5rem;text-align:right;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--ground)}
th{font-weight:600;color:var(--soft)}tr.best td{font-weight:600}
figure{margin:1rem 0}figcaption{color:var(--soft)}figcaption b{color:var(--ink)}svg{width:100%;min-width:38rem;height:auto;display:block}
.grid{stroke:var(--line)}.tick{fill:var(--soft);font-size:11px}.need{fill:var(--need)}
.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.frontier{fill:none;stroke:var(--soft);stroke-dasharray:4 4}
.target{stroke:var(--ink);stroke-dasharray:2 3}.ring{fill:none;stroke:var(--ink);stroke-width:2}
.key{margin-right:1rem}.key i{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.35em}
path.keda{stroke:var(--keda)}circle.keda{fill:var(--keda)}i.keda{background:var(--keda)}
path.instant{stroke:var(--instant)}circle.instant{fill:var(--instant)}i.instant{background:var(--instant)}
path.knative{stroke:var(--knative)}circle.knative{fill:var(--knative)}i.knative{background:var(--knative)}
path.static{stroke:var(--static)}path.clairvoyant{stroke:var(--clairvoyant)}
`;

/** One page that needs nothing else: no script, no font, no picture from outside; light and dark. */
export function htmlReport(report: SimulationReport, slots: number): string {
  const title = `Simulation of ${report.target}`;
  const notes = allNotes(report);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeMarkup(title)}</title><style>${style}</style></head><body>
<h1>${escapeMarkup(title)}</h1>
<p class="soft">${countOf(report.requests, 'request')} in ${formatWait(report.spanSeconds * 1000)}, replayed through Sluice's hold and decision code.</p>
<dl>${report.assumptions.map(({ name, value }) => `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(value)}</dd>`).join('')}</dl>
${report.policies.length > 0 ? policiesPart(report.policies, slots) : ''}
${report.sweep === null ? '' : sweepPart(report.sweep)}
${notes.length > 0 ? `<h2>Notes</h2><ul>${notes.map((note) => `<li>${escapeMarkup(note)}</li>`).join('')}</ul>` : ''}
</body></html>
`;
}

function policiesPart(outcomes: readonly PricedOutcome[], slots: number): string {
  const columns = outcomeColumns(outcomes.some(({ cost }) => cost !== null));
  const rows = outcomes.map((outcome) => ({
    head: outcome.policy,
    cells: columns.map(({ cell }) => cell(outcome)),
    isBest: false,
  }));
  return `<h2>Policies</h2>${table(columns, rows)}
<h2>Over time</h2><p class="soft">Line: replicas, starting ones included. Area: replicas that the requests held or in flight would fill.</p>
${curvePlots(outcomes, slots)}`;
}

function sweepPart(sweep: SweepReport): string {
  const columns = sweepColumns(sweep.points.some(({ outcome }) => outcome.cost !== null));
  const rows = sweep.points.map(({ outcome, settings }, index) => ({
    head: `${outcome.policy} ${describeSettings(settings)}`,
    cells: columns.map(({ cell }) => cell(outcome)),
    isBest: index === sweep.recommended,
  }));
  const best = sweep.recommended === null ? undefined : sweep.points[sweep.recommended];
  const sentence =
    best === undefined
      ? ''
      : `<p><b>${sweep.meetsTarget ? 'Recommended' : 'Target not met'}:</b> ${escapeMarkup(`${best.outcome.policy} with ${describeSettings(best.settings)}: ${sweep.sentence}`)}.</p>`;
  return `<h2>Cost against wait</h2>${sentence}${frontierPlot(sweep)}${table(columns, rows)}`;
}

function table(
  columns: readonly { readonly title: string; readonly help: string }[],
  rows: readonly { readonly head: string; readonly cells: readonly string[]; readonly isBest: boolean }[],
): string {
  const head = columns
    .map(({ help, title }) => `<th scope="col" title="${escapeMarkup(help)}">${escapeMarkup(title)}</th>`)
    .join('');
  const body = rows
    .map(
      ({ cells, head: name, isBest }) =>
        `<tr${isBest ? ' class="best"' : ''}><td>${escapeMarkup(name)}</td>${cells.map((cell) => `<td>${escapeMarkup(cell)}</td>`).join('')}</tr>`,
    )
    .join('');
  return `<div class="wide"><table><thead><tr><th scope="col">policy</th>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
