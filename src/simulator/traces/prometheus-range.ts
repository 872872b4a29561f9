import * as z from 'zod';
import { createArrivalsBuilder, type ArrivalsBuilder } from '../arrivals.ts';
import type { Random } from '../random.ts';
import { quoted, readLines, traceError } from './read-lines.ts';
import { spread } from './spread.ts';
import type { LoadTrace } from './trace-loader.ts';

const matrix = z.object({
  resultType: z.string(),
  result: z.array(
    z.object({
      metric: z.record(z.string(), z.string()).nullish(),
      values: z.array(z.tuple([z.number(), z.string()])),
    }),
  ),
});
/** An answer of `/api/v1/query_range`, or its `data` alone. */
const answer = z.union([z.object({ status: z.string(), data: matrix }), matrix]);

type Values = readonly (readonly [number, string])[];

/**
 * Range data as Prometheus answers it. A counter's rises are arrivals between two points (a fall is a restart from 0);
 * a rate is requests per second since the point before, its fractions carried on so that none is lost.
 */
export const loadTrace: LoadTrace = async (file, options) => {
  const lines: string[] = [];
  await readLines(file, (line) => lines.push(line));
  const series = parse(lines.join('\n'), file);
  const builder = createArrivalsBuilder();
  let kind = options.values;
  for (const { metric, values } of series) {
    const numbers = values.map(([, text]) => Number(text));
    const isCounter =
      (options.values ?? (looksCounted(metric?.['__name__'] ?? '', numbers) ? 'counter' : 'rate')) ===
      'counter';
    kind ??= isCounter ? 'counter' : 'rate';
    addSeries(values, isCounter, options.random, builder);
  }
  if (series.every(({ values }) => values.length < 2)) {
    throw traceError(file, 1, 'expected series with at least two points each, received none');
  }
  return {
    arrivals: builder.build(),
    format: `Prometheus range data (${kind ?? 'rate'}, ${series.length} series)`,
    warnings: builder.count === 0 ? [`${file}: nothing arrives in it.`] : [],
  };
};

const looksCounted = (name: string, values: readonly number[]): boolean =>
  name.endsWith('_total') ||
  (values.length > 2 &&
    values.every((value, index) => Number.isInteger(value) && value >= (values[index - 1] ?? 0)));

function addSeries(values: Values, isCounter: boolean, random: Random, builder: ArrivalsBuilder): void {
  let carried = 0;
  for (let index = 1; index < values.length; index += 1) {
    const [fromSeconds, beforeText] = values[index - 1] ?? [0, '0'];
    const [toSeconds, text] = values[index] ?? [0, '0'];
    const [before, now] = [Number(beforeText), Number(text)];
    const seconds = toSeconds - fromSeconds;
    const arrived = isCounter ? (now < before ? now : now - before) : now * seconds;
    builder.cover(fromSeconds * 1000, toSeconds * 1000);
    // A missing value is written as NaN: nothing is known to have arrived.
    if (!Number.isFinite(arrived) || arrived < 0 || seconds <= 0) continue;
    carried += arrived;
    const count = Math.floor(carried + 1e-9);
    carried -= count;
    spread(count, fromSeconds * 1000, toSeconds * 1000, random, (atMs) => builder.add(atMs, null));
  }
}

function parse(text: string, file: string): z.infer<typeof matrix>['result'] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw traceError(file, 1, `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const parsed = answer.safeParse(value);
  if (!parsed.success) {
    throw traceError(
      file,
      1,
      `expected an answer of /api/v1/query_range ({"status":"success","data":{"resultType":"matrix","result":[…]}}), received ${quoted(text)}`,
    );
  }
  const data = 'data' in parsed.data ? parsed.data.data : parsed.data;
  if (data.resultType !== 'matrix') {
    throw traceError(
      file,
      1,
      `expected resultType matrix (a range query), received ${quoted(data.resultType)}`,
    );
  }
  return data.result;
}
