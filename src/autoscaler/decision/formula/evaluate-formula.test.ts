import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateFormula } from './evaluate-formula.ts';

const values = { a: 3, b: 5, c: 0.25, gone: null };

const numbers: readonly (readonly [formula: string, want: number])[] = [
  ['a + b', 8],
  ['a + b * 2', 13],
  ['(a + b) * 2', 16],
  ['a - b - 1', -3],
  ['7 / 2', 3.5],
  ['7 % 4 + 0.5', 3.5],
  ['2 ** 3 ** 2', 512],
  ['-2 ** 2', -4],
  ['2 ^ 3', 8],
  ['a > b ? a : b', 5],
  ['a < b and not (a == b) ? 1 : 0', 1],
  ['a > b || b > a ? 1 : 2', 1],
  ['gone ?? a', 3],
  ['gone ?? gone ?? 5', 5],
  ['gone ?? a + 1', 4],
  ['let x = a * 2; let y = x + 1; y * b', 35],
  ['max(a, b, c)', 5],
  ['min([a, b, c])', 0.25],
  ['sum([a, b])', 8],
  ['sum([a, b], # * 2)', 16],
  ['mean([a, b])', 4],
  ['median([1, 9, 4])', 4],
  ['median([1, 9, 4, 5])', 4.5],
  ['count([a, b, c], # > 1)', 2],
  ['count([a, b, c], {# > 1})', 2],
  ['count([true, false, true])', 2],
  ['len(filter([a, b, c], # < 4))', 2],
  ['sum(map([a, b], {# + 1}))', 10],
  ['[a, b, c] | filter(# > 1) | sum()', 8],
  ['reduce([1, 2, 3], #acc + #, 10)', 16],
  ['all([a, b], # > 2) ? 1 : 0', 1],
  ['any([a, b], # > 4) ? 1 : 0', 1],
  ['none([a, b], # > 9) ? 1 : 0', 1],
  ['one([a, b], # > 4) ? 1 : 0', 1],
  ['find([a, b], # > 3)', 5],
  ['findIndex([a, b], # > 3)', 1],
  ['map([a, b], #index)[1]', 1],
  ['sort([3, 1, 2])[0]', 1],
  ['first([a, b]) + last([a, b])', 8],
  ['sum(1..4)', 10],
  ['a in [1, 3] ? 1 : 0', 1],
  ['a not in [1, 3] ? 1 : 0', 0],
  ['{x: 4}.x', 4],
  ['[1, 2, 3][1:][0]', 2],
  ['abs(-a) + ceil(c) + floor(2.9) + round(2.5)', 9],
  ['int(3.9) + 0.5', 3.5],
  ['float("1.5") + 1', 2.5],
  ['float(a)', 3],
  ['if a > 1 { 10 } else { 20 }', 10],
  ['1_000 + 0x10', 1016],
  ['"ab" contains "b" ? 1 : 0', 1],
  ['10 / 3', 3.333],
  ['2 / 3 /* cut, not rounded */', 0.666],
];

for (const [formula, want] of numbers) {
  test(`formula: ${formula}`, () => {
    assert.deepEqual(evaluateFormula(formula, values), { kind: 'value', value: want });
  });
}

test('formula: all nil gives nil', () => {
  assert.deepEqual(evaluateFormula('gone ?? gone', values), { kind: 'nil' });
});

const errors: readonly (readonly [formula: string, says: RegExp])[] = [
  ['a +', /needs a value at character 4, received the end/],
  ['a @ b', /"@" at character 3/],
  ['(a', /needs "\)"/],
  ['a b', /needs the end/],
  ['nobody + 1', /no trigger has that name; known: a, b, c, gone/],
  ['a > 0 ? 1 : nobody', /no trigger has that name/],
  ['frobnicate(a)', /does not exist/],
  ['toString(a)', /does not exist/],
  ['a + "x"', /needs a number, received string/],
  ['a and b', /needs true or false, received float/],
  ['a ? 1 : 2', /needs true or false/],
  ['a % 2', /two ints, received float and int/],
  ['7 % 0', /by 0/],
  ['a / 0', /Infinity/],
  ['gone + 1', /received nil/],
  ['float(a) > 1 ? 5 : 2', /no float/],
  ['a > 1', /received bool/],
  ['# + 1', /only known inside/],
  ['sum(1..1000000000)', /at most 100000/],
  ['[1, 2][5]', /2 items/],
  ['max([])', /at least one/],
  [`${'('.repeat(300)}a${')'.repeat(300)}`, /levels of nesting/],
  ['', /needs a value at character 1/],
];

for (const [formula, says] of errors) {
  test(`formula error: ${formula.slice(0, 40)}`, () => {
    const got = evaluateFormula(formula, values);
    assert.equal(got.kind, 'error');
    if (got.kind === 'error') assert.match(got.message, says);
  });
}
