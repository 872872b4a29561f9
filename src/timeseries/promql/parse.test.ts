import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../contract/app-error.ts';
import type { Expr } from './ast.ts';
import { loadPromqlParser } from './parse.ts';

/** An expression with every operand in parentheses. */
function show(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value);
    case 'string':
      return JSON.stringify(expr.value);
    case 'vector-selector': {
      const at = expr.at === null ? '' : ` @${expr.at.kind === 'time' ? expr.at.ms : expr.at.kind}`;
      const name = expr.matchers.map((one) => one.name + one.operator + one.value).join(',');
      return `${name}${expr.offsetMs === 0 ? '' : ` <<${expr.offsetMs}`}${at}`;
    }
    case 'matrix-selector':
      return `[${show(expr.selector)}; ${expr.rangeMs}]`;
    case 'subquery':
      return `[${show(expr.expr)}; ${expr.rangeMs}:${expr.stepMs ?? ''}${expr.offsetMs === 0 ? '' : ` <<${expr.offsetMs}`}]`;
    case 'call':
      return `${expr.name}(${expr.args.map(show).join(', ')})`;
    case 'aggregate':
      return `${expr.operator}${expr.without ? ' without' : ' by'}(${expr.grouping.join()})(${[expr.param, expr.expr].flatMap((arg) => (arg ? [show(arg)] : [])).join(', ')})`;
    case 'binary': {
      const { matching } = expr;
      const rest = matching
        ? ` ${matching.on ? 'on' : 'ignoring'}(${matching.labels.join()}) ${matching.card}(${matching.include.join()})`
        : '';
      return `(${show(expr.left)} ${expr.operator}${expr.bool ? ' bool' : ''}${rest} ${show(expr.right)})`;
    }
    case 'unary':
      return `(${expr.operator}${show(expr.expr)})`;
    case 'paren':
      return show(expr.expr);
    default:
      return expr satisfies never;
  }
}

const cases: readonly (readonly [query: string, want: string])[] = [
  ['-2^2', '(-(2 ^ 2))'],
  ['2^-3*4', '((2 ^ (-3)) * 4)'],
  ['2^3^2', '(2 ^ (3 ^ 2))'],
  ['1 + 2 * 3 - 4', '((1 + (2 * 3)) - 4)'],
  ['a or b and c unless d', '(__name__=a or ((__name__=b and __name__=c) unless __name__=d))'],
  ['a + b offset 5m * 2', '(__name__=a + (__name__=b <<300000 * 2))'],
  ['-a offset 5m', '(-__name__=a <<300000)'],
  ['a offset -1h @ 1.5', '__name__=a <<-3600000 @1500'],
  ['a @ end() offset 1s', '__name__=a <<1000 @end'],
  ['a > bool on (x) group_left (y, z) b', '(__name__=a > bool on(x) many-to-one(y,z) __name__=b)'],
  ['sum by (x, on) (a)', 'sum by(x,on)(__name__=a)'],
  ['sum(a) without (x)', 'sum without(x)(__name__=a)'],
  ['topk(3, a)', 'topk by()(3, __name__=a)'],
  [
    'max_over_time(rate(a[1m])[10m:30s] offset 1m)',
    'max_over_time([rate([__name__=a; 60000]); 600000:30000 <<60000])',
  ],
  ['a[1h30m] offset 1d', '[__name__=a <<86400000; 5400000]'],
  ['holt_winters(a[5m], 0.1, 0.2)', 'holt_winters([__name__=a; 300000], 0.1, 0.2)'],
  ['holt_winters', '__name__=holt_winters'],
  ['{"my.metric", "a.b"=~"c|d"}', '__name__=my.metric,a.b=~c|d'],
  ['1h30m', '5400'],
  ['0x1F + 0755 + 1_000', '((31 + 493) + 1000)'],
  ['"\\x41\\u00e9\\""', '"Aé\\""'],
  ["'it\\'s'", '"it\'s"'],
  ['# a comment\nup # another\n', '__name__=up'],
  ['SUM(a)', 'sum by()(__name__=a)'],
];
for (const [query, want] of cases) {
  test(`${query} is ${want}`, async () => {
    const parse = await loadPromqlParser();
    assert.equal(show(parse(query)), want);
  });
}

const refused: readonly (readonly [query: string, line: number, column: number, message: RegExp])[] = [
  ['sum(', 1, 5, /unexpected end of input: the \( at 1:4 is not closed$/],
  ['sum(\n  rate(up{job="]}"}[5m]', 2, 24, /unexpected end of input: the \( at 2:7 is not closed$/],
  ['up{job="a"', 1, 11, /unexpected end of input: the \{ at 1:3 is not closed$/],
  ['1 +', 1, 4, /unexpected end of input$/],
  ['"it\\\'s"', 1, 1, /unknown escape sequence/],
  ['"\\400"', 1, 1, /unknown escape sequence/],
  ['up{job=~"a{1001}"}', 1, 9, /repeat count \{1001\} above 1000/],
  ['up{job=~"(?U)a"}', 1, 9, /flag U \(ungreedy\)/],
  ['1 + foo(x)', 1, 5, /unknown function with name "foo"/],
  ['1 +\n  rate(x)', 2, 8, /expected type range vector in call to function "rate", got instant vector/],
  ['up{job=~"("}', 1, 9, /regular expression/],
  ['{}', 1, 1, /at least one non-empty matcher/],
  ['x[0s]', 1, 3, /duration must be greater than 0/],
  ['1 == 1', 1, 1, /comparisons between scalars must use BOOL modifier/],
  ['sum(x) offset 5m', 1, 1, /offset modifier must be preceded by/],
  ['clamp(x)', 1, 1, /expected 3 argument\(s\) in call to "clamp", got 1/],
  ['x + fill(0) y', 1, 5, /fill modifier is not supported/],
  ['info(x)', 1, 1, /the function info is not supported by this store/],
  ['', 1, 1, /no expression found in input/],
];
for (const [query, line, column, message] of refused) {
  test(`refused at ${line}:${column}: ${JSON.stringify(query)}`, async () => {
    const parse = await loadPromqlParser();
    assert.throws(
      () => parse(query),
      (thrown: unknown) => {
        assert.ok(thrown instanceof AppError);
        assert.equal(thrown.code, 'invalid-argument');
        assert.match(thrown.message, message);
        assert.equal(thrown.message.split(': ', 1)[0], `${line}:${column}`);
        assert.deepEqual([thrown.details['line'], thrown.details['column']], [line, column]);
        return true;
      },
    );
  });
}
