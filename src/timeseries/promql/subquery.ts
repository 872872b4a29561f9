import type { LabelSet } from '../labels.ts';
import { createWindow, type SampleWindow } from '../sample-ring.ts';
import type { Expr, Subquery } from './ast.ts';
import type { EvaluationContext } from './context.ts';
import { type RangeWindow, shiftedTime } from './selectors.ts';
import type { VectorSample } from './value.ts';

type EvaluateSamples = (expr: Expr, tMs: number, context: EvaluationContext) => readonly VectorSample[];

/** Inner results remembered for one subquery before the oldest are forgotten. */
const maxRemembered = 20_000;

/**
 * Evaluates the inner expression at every whole multiple of the step within the range, and hands out each series it
 * gave. Multiples of absolute time, so that neighbouring evaluations share their points; those are remembered.
 */
export function visitSubquery(
  node: Subquery,
  tMs: number,
  context: EvaluationContext,
  evaluateSamples: EvaluateSamples,
  visit: (window: RangeWindow) => void,
): void {
  const stepMs = node.stepMs ?? context.defaultStepMs;
  const endMs = shiftedTime(node, tMs, context);
  const startMs = endMs - node.rangeMs;
  let atMs = Math.ceil(startMs / stepMs) * stepMs;
  if (context.semantics === 'prometheus-3' && atMs === startMs) atMs += stepMs;

  const remembered = context.memo.subquery(node);
  if (remembered.size > maxRemembered) remembered.clear();
  const windows = new Map<string, { readonly labels: LabelSet; readonly samples: SampleWindow }>();
  for (; atMs <= endMs; atMs += stepMs) {
    let samples = remembered.get(atMs);
    if (!samples) {
      samples = evaluateSamples(node.expr, atMs, context);
      remembered.set(atMs, samples);
    }
    context.budget.spend(samples.length + 1);
    for (const { labels, value } of samples) {
      const key = context.memo.key(labels);
      const window = windows.get(key) ?? { labels, samples: createWindow() };
      windows.set(key, window);
      push(window.samples, atMs, value);
    }
  }
  for (const { labels, samples } of windows.values()) visit({ labels, samples, startMs, endMs });
}

function push(window: SampleWindow, tMs: number, value: number): void {
  if (window.length === window.timesMs.length) {
    const [timesMs, values] = [new Float64Array(window.length * 2), new Float64Array(window.length * 2)];
    timesMs.set(window.timesMs);
    values.set(window.values);
    window.timesMs = timesMs;
    window.values = values;
  }
  window.timesMs[window.length] = tMs;
  window.values[window.length] = value;
  window.length += 1;
}
