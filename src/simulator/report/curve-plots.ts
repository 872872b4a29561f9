import type { PricedOutcome } from '../compare.ts';
import { formatAmount, formatWait } from './format-figure.ts';
import {
  escapeMarkup,
  niceTicks,
  scaleOf,
  stepArea,
  stepPath,
  xAxis,
  yAxis,
  type Frame,
} from './svg-plot.ts';

const frame: Frame = { width: 900, height: 150, left: 44, right: 12, top: 12, bottom: 26 };

/** Round distances of time marks, in seconds. */
const timeSteps = [
  1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
];

/** `buckets` parts of `stepMs`, as time marks in parts. */
function timeTicks(stepMs: number, buckets: number): { readonly at: number; readonly text: string }[] {
  const spanSeconds = (stepMs * buckets) / 1000;
  const step = timeSteps.find((candidate) => spanSeconds / candidate <= 8) ?? 2_592_000;
  const ticks: { at: number; text: string }[] = [];
  for (let seconds = 0; seconds <= spanSeconds; seconds += step) {
    ticks.push({ at: (seconds * 1000) / stepMs, text: timeText(seconds, step) });
  }
  return ticks;
}

function timeText(seconds: number, step: number): string {
  if (step < 60) return `${seconds} s`;
  if (step < 3600) return `${seconds / 60} min`;
  return step < 86_400 ? `${seconds / 3600} h` : `day ${seconds / 86_400}`;
}

function plot(
  label: string,
  stepMs: number,
  buckets: number,
  maxY: number,
  body: (scale: ReturnType<typeof scaleOf>) => string,
): string {
  const ticks = niceTicks(maxY);
  const scale = scaleOf(frame, buckets, ticks.at(-1) ?? 1);
  const times = timeTicks(stepMs, buckets);
  const names = new Map(times.map(({ at, text }) => [at, text]));
  return `<svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${escapeMarkup(label)}">${yAxis(frame, scale, ticks, formatAmount)}${xAxis(
    frame,
    scale,
    times.map(({ at }) => at),
    (at) => names.get(at) ?? '',
  )}${body(scale)}</svg>`;
}

/** Arrivals, and below them one panel a policy: the replicas it had over those that the load of the moment fills. */
export function curvePlots(outcomes: readonly PricedOutcome[], slots: number): string {
  const [first] = outcomes;
  if (first === undefined) return '';
  const { stepMs, arrivals } = first.curves;
  const most = Math.max(
    1,
    ...outcomes.flatMap(({ curves }) => [...curves.replicas, ...curves.load.map((load) => load / slots)]),
  );
  // A queue that grows without bound must not flatten every other curve.
  const ceiling = Math.min(
    most,
    1.5 * Math.max(1, ...outcomes.flatMap(({ curves }) => [...curves.replicas])),
  );
  const panels = outcomes.map(({ curves, policy, replicaHours, waitMs }) => {
    const needed = curves.load.map((load) => Math.min(ceiling, load / slots));
    const label = `${policy}: replicas over time`;
    return `<figure><figcaption><b>${escapeMarkup(policy)}</b> ${formatAmount(replicaHours)} replica-hours, p95 wait ${formatWait(waitMs.p95)}</figcaption>${plot(
      label,
      curves.stepMs,
      curves.replicas.length,
      ceiling,
      (scale) =>
        `<path class="need" d="${stepArea(needed, scale)}"/><path class="line ${policy}" d="${stepPath(curves.replicas, scale)}"><title>${escapeMarkup(label)}</title></path>`,
    )}</figure>`;
  });
  const load = `<figure><figcaption><b>arrivals</b> requests a second</figcaption>${plot(
    'arrivals a second over time',
    stepMs,
    arrivals.length,
    Math.max(...arrivals),
    (scale) => `<path class="need" d="${stepArea(arrivals, scale)}"/>`,
  )}</figure>`;
  return `${load}${panels.join('')}`;
}
