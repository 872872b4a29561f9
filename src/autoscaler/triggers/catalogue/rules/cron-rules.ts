import type { TriggerValues } from '../trigger-values.ts';
import { quoted } from './problems.ts';

/** Start and end differ as text; the number of replicas is not 0; both are five-field cron. */
export const cronWindow = (values: TriggerValues): readonly string[] => {
  const problems: string[] = [];
  const [start, end] = [values.text('start'), values.text('end')];
  for (const [name, text] of Object.entries({ start, end })) {
    if (!isCron(text)) {
      problems.push(
        `${name}: expected five cron fields (minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-6), received ${quoted(text)}`,
      );
    }
  }
  if (start === end) problems.push('end: expected another moment than start, received the same');
  if (values.number('desiredReplicas') === 0) {
    problems.push('desiredReplicas: expected a number other than 0, received 0');
  }
  return problems;
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Lowest and highest number of each field, and the names that stand for numbers from the lowest on. */
const fieldRules: readonly (readonly [low: number, high: number, names: readonly string[]])[] = [
  [0, 59, []],
  [0, 23, []],
  [1, 31, []],
  [1, 12, months],
  [0, 6, weekdays],
];

function isCron(text: string): boolean {
  const fields = text.trim().split(/\s+/);
  return (
    fields.length === fieldRules.length &&
    fieldRules.every(([low, high, names], index) =>
      (fields[index] ?? '').split(',').every((item) => {
        const [, all, from, to] = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/[1-9]\d*)?$/.exec(item) ?? [];
        if (all !== undefined) return true;
        if (from === undefined) return false;
        const [first, last] = [numberOf(from, low, names), numberOf(to ?? from, low, names)];
        return first >= low && last <= high && first <= last;
      }),
    )
  );
}

/** NaN for a word that is no name of this field. */
function numberOf(word: string, low: number, names: readonly string[]): number {
  const index = names.indexOf(word.toLowerCase());
  return index >= 0 ? index + low : /^\d+$/.test(word) ? Number(word) : Number.NaN;
}
