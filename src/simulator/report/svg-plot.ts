/** Text that may stand in HTML and SVG. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Round values from 0 on that cover `max`, at most five steps. */
export function niceTicks(max: number): readonly number[] {
  if (!(max > 0)) return [0, 1];
  const raw = max / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= raw) ?? 10;
  const step = factor * power;
  const ticks = [0];
  while ((ticks.at(-1) ?? 0) < max) ticks.push(Number((step * ticks.length).toPrecision(12)));
  return ticks;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** From values to pixels of a frame. */
export interface Scale {
  readonly x: (value: number) => string;
  readonly y: (value: number) => string;
}

const fixed = (value: number): string => String(Number(value.toFixed(1)));

export function scaleOf(frame: Frame, maxX: number, maxY: number): Scale {
  const wide = frame.width - frame.left - frame.right;
  const high = frame.height - frame.top - frame.bottom;
  return {
    x: (value) => fixed(frame.left + (maxX > 0 ? value / maxX : 0) * wide),
    y: (value) => fixed(frame.top + high - (maxY > 0 ? value / maxY : 0) * high),
  };
}

/** Horizontal lines with their values. */
export function yAxis(
  frame: Frame,
  scale: Scale,
  ticks: readonly number[],
  text: (value: number) => string = String,
): string {
  return ticks
    .map(
      (tick) =>
        `<line class="grid" x1="${frame.left}" x2="${frame.width - frame.right}" y1="${scale.y(tick)}" y2="${scale.y(tick)}"/><text class="tick" x="${frame.left - 6}" y="${scale.y(tick)}" dy="0.32em" text-anchor="end">${escapeMarkup(text(tick))}</text>`,
    )
    .join('');
}

/** Values below the plot. */
export function xAxis(
  frame: Frame,
  scale: Scale,
  ticks: readonly number[],
  text: (value: number) => string = String,
): string {
  return ticks
    .map(
      (tick) =>
        `<text class="tick" x="${scale.x(tick)}" y="${frame.height - frame.bottom + 16}" text-anchor="middle">${escapeMarkup(text(tick))}</text>`,
    )
    .join('');
}

/** A line in steps: each value holds for its whole part. */
export function stepPath(values: readonly number[], scale: Scale): string {
  if (values.length === 0) return '';
  const steps = values.map(
    (value, index) => `${index === 0 ? 'M' : 'L'}${scale.x(index)} ${scale.y(value)}H${scale.x(index + 1)}`,
  );
  return steps.join('');
}

/** The same, filled down to 0. */
export function stepArea(values: readonly number[], scale: Scale): string {
  if (values.length === 0) return '';
  return `${stepPath(values, scale)}V${scale.y(0)}H${scale.x(0)}Z`;
}
