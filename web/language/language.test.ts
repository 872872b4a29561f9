import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseLanguage } from './choose-language.ts';
import { formatBytes, formatCountdown, formatMs } from './format.ts';
import { messages } from './messages.ts';

const choices = [
  { name: 'the remembered choice wins', remembered: 'zh', preferred: ['en-GB'], want: 'zh' },
  {
    name: 'the first language that the page speaks',
    remembered: null,
    preferred: ['fr', 'zh-TW', 'en'],
    want: 'zh',
  },
  { name: 'a damaged memory is ignored', remembered: 'xx', preferred: ['en-US'], want: 'en' },
  { name: 'none of them: English', remembered: null, preferred: ['fr', 'de'], want: 'en' },
] as const;
for (const { name, remembered, preferred, want } of choices) {
  test(`language: ${name}`, () => assert.equal(chooseLanguage(remembered, preferred), want));
}

test('both languages say the same things, and no sentence is empty', () => {
  const en = Object.entries(messages.en);
  const zh = new Map(Object.entries(messages.zh));
  assert.deepEqual([...zh.keys()].sort(), en.map(([key]) => key).sort());
  for (const [key, value] of [...en, ...zh]) {
    if (typeof value === 'object') for (const text of Object.values(value)) assert.ok(text, key);
    else assert.ok(value, key);
  }
});

const formats = [
  { name: 'milliseconds', got: formatMs(340.4), want: '340 ms' },
  { name: 'seconds', got: formatMs(2449), want: '2.4 s' },
  { name: 'countdown', got: formatCountdown(75), want: '1:15' },
  { name: 'countdown below ten', got: formatCountdown(9), want: '0:09' },
  { name: 'bytes', got: formatBytes(999), want: '999 B' },
  { name: 'kilobytes', got: formatBytes(2048), want: '2 kB' },
  { name: 'megabytes', got: formatBytes(1_540_000), want: '1.5 MB' },
];
for (const { name, got, want } of formats) test(`format: ${name}`, () => assert.equal(got, want));
