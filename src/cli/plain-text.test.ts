import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from './plain-text.ts';

const cases: readonly { name: string; text: string; want: string }[] = [
  { name: 'words, lines and tabs stay', text: 'a\tb\n文档 🚢', want: 'a\tb\n文档 🚢' },
  { name: 'a colour, a cleared screen', text: '\u001b[31mred\u001b[2J', want: '\ufffd[31mred\ufffd[2J' },
  { name: 'the one-character form of ESC [', text: '\u009b2J', want: '\ufffd2J' },
  { name: 'a window title', text: '\u001b]0;x\u0007', want: '\ufffd]0;x\ufffd' },
  { name: 'backspaces and returns that overwrite', text: 'no\b\byes\r', want: 'no\ufffd\ufffdyes\ufffd' },
  { name: 'text turned round', text: 'a\u202eb', want: 'a\ufffdb' },
];

for (const { name, text, want } of cases) {
  test(`plain text: ${name}`, () => assert.equal(plainText(text), want));
}
