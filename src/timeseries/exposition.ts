import { AppError } from '../contract/app-error.ts';
import { type LabelSet, labelSet, metricNameLabel } from './labels.ts';
import { parseSampleNumber } from './parse-sample-number.ts';
import type { MetricMetadata } from './store.ts';

export interface ScrapedSample {
  readonly labels: LabelSet;
  readonly value: number;
  /** The time the page itself gives, milliseconds since the epoch; null to take the time of the scrape. */
  readonly tMs: number | null;
}

export interface Exposition {
  readonly samples: readonly ScrapedSample[];
  readonly metadata: ReadonlyMap<string, MetricMetadata>;
}

/** `text` is Prometheus' format 0.0.4 (timestamps in milliseconds), `openmetrics` 1.0 (timestamps in seconds, `# EOF` last). */
export type ExpositionFormat = 'text' | 'openmetrics';

/** The format that a `Content-Type` announces. */
export function expositionFormat(contentType: string | null): ExpositionFormat {
  return contentType?.startsWith('application/openmetrics-text') ? 'openmetrics' : 'text';
}

/**
 * Reads a metrics page. Exemplars are read over.
 *
 * @throws AppError `invalid-argument` with the line's number, and for OpenMetrics when `# EOF` is missing: a page cut off
 *   half-way must not look like series that vanished.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function parseExposition(text: string, format: ExpositionFormat = 'text'): Exposition {
  const samples: ScrapedSample[] = [];
  const metadata = new Map<string, MetricMetadata>();
  let line = 0;
  let ended = false;
  for (const raw of text.split('\n')) {
    line += 1;
    const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (ended && content !== '') throw broken(line, content, 'nothing may follow # EOF');
    if (content.trim() === '') continue;
    if (content.startsWith('#')) {
      if (format === 'openmetrics' && content === '# EOF') ended = true;
      else describe(content, metadata);
      continue;
    }
    samples.push(new SampleLine(content, line, format).read());
  }
  if (format === 'openmetrics' && !ended)
    throw broken(line, '', 'the page must end with # EOF; it may be cut off');
  return { samples, metadata };
}

function broken(line: number, content: string, what: string): AppError {
  return new AppError(
    'invalid-argument',
    `Line ${line} of the metrics page: ${what}. Received ${JSON.stringify(content.slice(0, 120))}.`,
    {
      details: { line },
    },
  );
}

function describe(content: string, metadata: Map<string, MetricMetadata>): void {
  const found = /^#\s+(HELP|TYPE|UNIT)\s+("(?:[^"\\]|\\.)*"|\S+)(?:\s+(.*))?$/.exec(content);
  if (!found) return;
  const [, kind = '', name = '', rest = ''] = found;
  const metric = name.startsWith('"') ? unescape(name.slice(1, -1)) : name;
  const known = metadata.get(metric) ?? { type: 'unknown', help: '', unit: '' };
  if (kind === 'HELP') metadata.set(metric, { ...known, help: unescape(rest) });
  if (kind === 'TYPE')
    metadata.set(metric, { ...known, type: rest.trim() === 'untyped' ? 'unknown' : rest.trim() });
  if (kind === 'UNIT') metadata.set(metric, { ...known, unit: rest.trim() });
}

const unescape = (text: string): string =>
  text.replace(/\\([\\n"])/g, (_, char: string) => (char === 'n' ? '\n' : char));

/** One sample line, read from left to right. */
class SampleLine {
  readonly #text: string;
  readonly #line: number;
  readonly #format: ExpositionFormat;
  #at = 0;

  constructor(text: string, line: number, format: ExpositionFormat) {
    this.#text = text;
    this.#line = line;
    this.#format = format;
  }

  read(): ScrapedSample {
    this.#skipSpace();
    const labels = new Map<string, string>();
    const name = this.#word(/[A-Za-z_:][\w:]*/y);
    if (name !== null) labels.set(metricNameLabel, name);
    if (this.#text[this.#at] === '{') this.#labels(labels);
    if (!labels.has(metricNameLabel)) throw this.#broken('a metric name was expected');
    const [value = '', time, ...rest] =
      this.#text
        .slice(this.#at)
        .split(/\s+#\s/, 1)[0]
        ?.trim()
        .split(/[ \t]+/) ?? [];
    const number = parseSampleNumber(value);
    if (number === null) throw this.#broken(`a number was expected after ${name ?? 'the labels'}`);
    if (rest.length > 0) throw this.#broken('only a value and a timestamp may follow the labels');
    return { labels: labelSet(labels), value: number, tMs: time === undefined ? null : this.#time(time) };
  }

  #time(text: string): number {
    const value = parseSampleNumber(text);
    if (value === null || !Number.isFinite(value)) throw this.#broken(`${text} is not a timestamp`);
    return this.#format === 'openmetrics' ? Math.round(value * 1000) : value;
  }

  #labels(labels: Map<string, string>): void {
    this.#at += 1;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] === '}') break;
      const quoted = this.#text[this.#at] === '"' ? this.#quoted() : null;
      const name = quoted ?? this.#word(/[A-Za-z_]\w*/y);
      if (name === null) throw this.#broken('a label name was expected');
      this.#skipSpace();
      if (this.#text[this.#at] === '=') {
        this.#at += 1;
        this.#skipSpace();
        if (this.#text[this.#at] !== '"') throw this.#broken(`the value of ${name} must be in double quotes`);
        this.#add(labels, name, this.#quoted());
      } else if (quoted !== null) {
        this.#add(labels, metricNameLabel, quoted);
      } else throw this.#broken(`= was expected after ${name}`);
      this.#skipSpace();
      if (this.#text[this.#at] === ',') this.#at += 1;
      else if (this.#text[this.#at] !== '}') throw this.#broken('a comma or } was expected');
    }
    this.#at += 1;
  }

  #add(labels: Map<string, string>, name: string, value: string): void {
    if (labels.has(name)) throw this.#broken(`the label ${name} is given twice`);
    labels.set(name, value);
  }

  #quoted(): string {
    const found = this.#word(/"(?:[^"\\]|\\.)*"/y);
    if (found === null) throw this.#broken('a closing quote is missing');
    return unescape(found.slice(1, -1));
  }

  #word(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #skipSpace(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at += 1;
  }

  #broken(what: string): AppError {
    return broken(this.#line, this.#text, what);
  }
}
