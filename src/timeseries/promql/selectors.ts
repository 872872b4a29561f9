import { createWindow, type SampleWindow } from '../sample-ring.ts';
import type { StoredSeries } from '../store.ts';
import type { LabelSet } from '../labels.ts';
import type { MatrixSelector, Shift, VectorSelector } from './ast.ts';
import type { EvaluationContext } from './context.ts';
import type { VectorSample } from './value.ts';

/** The time a selector or subquery looks at: `@` replaces the evaluation time, the offset is taken from either. */
export function shiftedTime(shift: Shift, tMs: number, context: EvaluationContext): number {
  const base =
    shift.at === null
      ? tMs
      : shift.at.kind === 'time'
        ? shift.at.ms
        : shift.at.kind === 'start'
          ? context.startMs
          : context.endMs;
  return base - shift.offsetMs;
}

function seriesOf(selector: VectorSelector, context: EvaluationContext): readonly StoredSeries[] {
  return context.memo.selected(selector, () => context.source.select(selector.matchers));
}

/** The newest sample of each series within the lookback; none where the series has ended. `value` picks what is taken of it. */
export function selectInstant(
  selector: VectorSelector,
  tMs: number,
  context: EvaluationContext,
  value: (series: StoredSeries, index: number) => number = ({ samples }, index) => samples.valueAt(index),
): VectorSample[] {
  const atMs = shiftedTime(selector, tMs, context);
  const earliestMs = atMs - context.lookbackMs;
  const result: VectorSample[] = [];
  const series = seriesOf(selector, context);
  context.budget.spend(series.length);
  for (const one of series) {
    const index = one.samples.countUpTo(atMs) - 1;
    if (index < 0 || one.samples.isStaleAt(index)) continue;
    const foundMs = one.samples.timeAt(index);
    if (context.semantics === 'prometheus-3' ? foundMs <= earliestMs : foundMs < earliestMs) continue;
    result.push({ labels: one.labels, value: value(one, index) });
  }
  return result;
}

/** The samples of one series within a range, and the range itself in milliseconds. */
export interface RangeWindow {
  readonly labels: LabelSet;
  readonly samples: SampleWindow;
  readonly startMs: number;
  readonly endMs: number;
}

/** Calls `visit` for every series with a sample in the range. The window is reused: copy what must outlive the call. */
export function visitRange(
  { selector, rangeMs }: MatrixSelector,
  tMs: number,
  context: EvaluationContext,
  visit: (window: RangeWindow) => void,
): void {
  const endMs = shiftedTime(selector, tMs, context);
  const startMs = endMs - rangeMs;
  const samples = createWindow();
  for (const one of seriesOf(selector, context)) {
    const to = one.samples.countUpTo(endMs);
    // The last sample before the range ends the part to skip; times are whole milliseconds or finer, so the closed
    // start of Prometheus 2 is found by looking one representable step earlier.
    let from = one.samples.countUpTo(startMs);
    if (context.semantics === 'prometheus-2' && from > 0 && one.samples.timeAt(from - 1) === startMs)
      from -= 1;
    if (to <= from) continue;
    context.budget.spend(to - from);
    one.samples.copyInto(samples, from, to);
    if (samples.length > 0) visit({ labels: one.labels, samples, startMs, endMs });
  }
}
