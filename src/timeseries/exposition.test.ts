import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExpositionFormat, expositionFormat, parseExposition } from './exposition.ts';
import { labelEntries } from './labels.ts';

const read = (text: string, format: ExpositionFormat = 'text'): unknown =>
  parseExposition(text, format).samples.map(({ labels, value, tMs }) => [
    Object.fromEntries(labelEntries(labels)),
    value,
    tMs,
  ]);

const lines: readonly { name: string; text: string; want: unknown }[] = [
  { name: 'a name and a value', text: 'up 1', want: [[{ __name__: 'up' }, 1, null]] },
  {
    name: 'a time in milliseconds',
    text: 'up 1 1700000000500',
    want: [[{ __name__: 'up' }, 1, 1_700_000_000_500]],
  },
  {
    name: 'labels with spaces and a last comma',
    text: 'm{ a = "1" , b="2", } 3.5e2',
    want: [[{ __name__: 'm', a: '1', b: '2' }, 350, null]],
  },
  {
    name: 'escapes in values',
    text: String.raw`m{a="q\"b\\n\n}"} 1`,
    want: [[{ __name__: 'm', a: 'q"b\\n\n}' }, 1, null]],
  },
  {
    name: 'infinities and tabs',
    text: 'm{le="+Inf"}\t+Inf',
    want: [[{ __name__: 'm', le: '+Inf' }, Infinity, null]],
  },
  { name: 'NaN', text: 'm NaN', want: [[{ __name__: 'm' }, Number.NaN, null]] },
  { name: 'empty values are no labels', text: 'm{a=""} 1', want: [[{ __name__: 'm' }, 1, null]] },
  {
    name: 'comments, empty lines and carriage returns',
    text: '# hi\r\n\r\nm 1\r\n',
    want: [[{ __name__: 'm' }, 1, null]],
  },
  {
    name: 'quoted names',
    text: '{"my.metric","a.b"="c"} 1',
    want: [[{ __name__: 'my.metric', 'a.b': 'c' }, 1, null]],
  },
  { name: 'names with colons', text: ':a:b 1', want: [[{ __name__: ':a:b' }, 1, null]] },
];
for (const { name, text, want } of lines) test(`text: ${name}`, () => assert.deepEqual(read(text), want));

test('OpenMetrics: seconds, exemplars and the end', () => {
  const text = 'm_total{a="#"} 1 1700000000.25\nm_bucket{le="1"} 3 # {trace_id="x"} 0.5 1700000000\n# EOF\n';
  assert.deepEqual(read(text, 'openmetrics'), [
    [{ __name__: 'm_total', a: '#' }, 1, 1_700_000_000_250],
    [{ __name__: 'm_bucket', le: '1' }, 3, null],
  ]);
});

const broken: readonly { name: string; text: string; format?: ExpositionFormat; message: RegExp }[] = [
  { name: 'no value', text: 'a 1\nup', message: /Line 2 .*number was expected after up/ },
  { name: 'rubbish for a value', text: 'up one', message: /number was expected/ },
  { name: 'an unquoted label value', text: 'up{a=1} 1', message: /value of a must be in double quotes/ },
  { name: 'a quote that does not end', text: 'up{a="1} 1', message: /closing quote/ },
  { name: 'a label twice', text: 'up{a="1",a="2"} 1', message: /label a is given twice/ },
  { name: 'no comma', text: 'up{a="1" b="2"} 1', message: /comma or }/ },
  { name: 'no name', text: '{a="1"} 1', message: /metric name was expected/ },
  { name: 'too many words', text: 'up 1 2 3', message: /only a value and a timestamp/ },
  { name: 'a page cut off', text: 'up 1\n', format: 'openmetrics', message: /must end with # EOF/ },
  { name: 'text after the end', text: '# EOF\nup 1', format: 'openmetrics', message: /nothing may follow/ },
];
for (const { name, text, format, message } of broken) {
  test(`refused: ${name}`, () =>
    assert.throws(() => parseExposition(text, format), { code: 'invalid-argument', message }));
}

test('HELP, TYPE and UNIT become metadata', () => {
  const { metadata } = parseExposition(
    '# HELP m_seconds All\\nof it.\n# TYPE m_seconds counter\n# UNIT m_seconds seconds\n# TYPE n untyped\n',
  );
  assert.deepEqual(Object.fromEntries(metadata), {
    m_seconds: { type: 'counter', help: 'All\nof it.', unit: 'seconds' },
    n: { type: 'unknown', help: '', unit: '' },
  });
});

test('the content type tells the format', () => {
  assert.equal(expositionFormat('application/openmetrics-text; version=1.0.0'), 'openmetrics');
  assert.equal(expositionFormat('text/plain; version=0.0.4'), 'text');
  assert.equal(expositionFormat(null), 'text');
});
