import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRe2 } from './re2.ts';

const cases: readonly { name: string; pattern: string; yes: readonly string[]; no: readonly string[] }[] = [
  { name: 'anchored at both ends', pattern: 'a|bc', yes: ['a', 'bc'], no: ['ab', 'abc', ''] },
  { name: 'the dot takes a newline', pattern: 'a.b', yes: ['a\nb'], no: ['ab'] },
  { name: 'flags for the rest of the group', pattern: '(?i)ab(c)', yes: ['ABC', 'abc'], no: ['ab'] },
  { name: 'flags that end with the group', pattern: '((?i)a)b', yes: ['Ab'], no: ['AB'] },
  { name: 'flags of a group', pattern: '(?i:a)b', yes: ['Ab'], no: ['aB'] },
  { name: 'a flag before alternatives', pattern: '(?i)a|b', yes: ['A', 'B'], no: ['ab'] },
  { name: 'named groups', pattern: '(?P<x>a+)(?<y>b)', yes: ['aab'], no: ['b'] },
  { name: 'POSIX classes', pattern: '[[:digit:]x]+', yes: ['1x2'], no: ['y'] },
  { name: 'escaped punctuation', pattern: 'a\\-b\\_\\.\\/', yes: ['a-b_./'], no: ['a-b_x/'] },
  { name: 'a dash in a class', pattern: '[a\\-z]', yes: ['-'], no: ['b'] },
  { name: 'a bracket in a class', pattern: '[]a]', yes: [']', 'a'], no: ['b'] },
  { name: 'an open brace as itself', pattern: 'a{x}', yes: ['a{x}'], no: ['ax'] },
  { name: 'counts', pattern: 'a{2,3}', yes: ['aa', 'aaa'], no: ['a'] },
  { name: 'quoted text', pattern: '\\Qa.b-c\\E+', yes: ['a.b-cc'], no: ['axb-c'] },
  { name: 'code points', pattern: '\\x{1F600}\\x41', yes: ['😀A'], no: ['A'] },
  { name: 'Unicode classes', pattern: '\\pL\\p{Greek}\\PN', yes: ['aαb'], no: ['1αb', 'aa1'] },
  { name: 'text ends', pattern: '\\Aab\\z', yes: ['ab'], no: ['b'] },
];
for (const { name, pattern, yes, no } of cases) {
  test(name, () => {
    const regex = compileRe2(pattern);
    for (const text of yes) assert.ok(regex.test(text), `${pattern} takes ${JSON.stringify(text)}`);
    for (const text of no) assert.ok(!regex.test(text), `${pattern} does not take ${JSON.stringify(text)}`);
  });
}

for (const pattern of [
  '(',
  'a)',
  ')(',
  '*a',
  '(?=a)',
  '(?<!a)b',
  '(a)\\1',
  '[a',
  'a\\',
  '[[:nope:]]',
  '\\y',
]) {
  test(`refused: ${pattern}`, () => assert.throws(() => compileRe2(pattern), { code: 'invalid-argument' }));
}
