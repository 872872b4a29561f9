import type { SweepPoint } from '../sweep.ts';
import { describeSettings } from '../sweep.ts';
import { formatAmount, formatWait } from './format-figure.ts';
import type { SweepReport } from './simulation-report.ts';
import { escapeMarkup, niceTicks, scaleOf, xAxis, yAxis, type Frame } from './svg-plot.ts';

const frame: Frame = { width: 900, height: 380, left: 70, right: 24, top: 16, bottom: 44 };

/** Cost against wait, a dot for each point, a line along those that nothing beats, a ring around the recommended one. */
export function frontierPlot(sweep: SweepReport): string {
  const measure = sweep.waitTarget?.measure ?? 'p95';
  const waitOf = ({ outcome }: SweepPoint): number => outcome.waitMs[measure] / 1000;
  const costs = niceTicks(Math.max(...sweep.points.map(({ outcome }) => outcome.replicaHours)));
  const targetSeconds = (sweep.waitTarget?.ms ?? 0) / 1000;
  const waits = niceTicks(Math.max(targetSeconds, ...sweep.points.map(waitOf)));
  const scale = scaleOf(frame, costs.at(-1) ?? 1, waits.at(-1) ?? 1);
  const place = (point: SweepPoint): string =>
    `${scale.x(point.outcome.replicaHours)},${scale.y(waitOf(point))}`;
  const line = sweep.frontier
    .map((index) => sweep.points[index])
    .filter((point) => point !== undefined)
    .map(place)
    .join(' ');
  const dots = sweep.points.map((point, index) => {
    const [x, y] = place(point).split(',');
    const title = `${point.outcome.policy} ${describeSettings(point.settings)}: ${formatAmount(point.outcome.replicaHours)} replica-hours, ${measure} ${formatWait(point.outcome.waitMs[measure])}`;
    const ring = index === sweep.recommended ? `<circle class="ring" cx="${x}" cy="${y}" r="10"/>` : '';
    return `${ring}<circle class="dot ${point.outcome.policy}" cx="${x}" cy="${y}" r="5"><title>${escapeMarkup(title)}</title></circle>`;
  });
  const bound =
    sweep.waitTarget === null
      ? ''
      : `<line class="target" x1="${frame.left}" x2="${frame.width - frame.right}" y1="${scale.y(targetSeconds)}" y2="${scale.y(targetSeconds)}"/>`;
  const names = [...new Set(sweep.points.map(({ outcome }) => outcome.policy))];
  const legend = names
    .map((name) => `<span class="key"><i class="${name}"></i>${escapeMarkup(name)}</span>`)
    .join(' ');
  return `<figure><figcaption>${legend} ${measure} wait, from arrival to a slot</figcaption><svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="replica-hours against ${measure} wait">${yAxis(frame, scale, waits, (seconds) => formatWait(seconds * 1000))}${xAxis(frame, scale, costs, formatAmount)}<text class="tick" x="${frame.width / 2}" y="${frame.height - 8}" text-anchor="middle">replica-hours</text>${bound}<polyline class="frontier" points="${line}"/>${dots.join('')}</svg></figure>`;
}
