import { AppError } from '../contract/app-error.ts';

const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/**
 * A regular expression of RE2's syntax as JavaScript's, anchored at both ends, `.` matching every character.
 * Translated: inline flags `(?i)`, `(?P<name>…)`, `\A`, `\z`, `\Q…\E`, `\pL`, `\x{…}`, POSIX classes, escaped
 * punctuation. Refused, as RE2 refuses them: look-around and back-references.
 *
 * @throws AppError `invalid-argument` naming what is wrong with the pattern.
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function compileRe2(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${translate(pattern)})$`, 'su');
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      'invalid-argument',
      `The regular expression ${JSON.stringify(pattern)} is not valid: ${reason}`,
      {
        cause,
      },
    );
  }
}

/** RE2's own bound; JavaScript's engine would take any. */
const maxRepeat = 1000;

interface Cursor {
  readonly text: string;
  at: number;
}

const refuse = (pattern: string, what: string): AppError =>
  new AppError(
    'invalid-argument',
    `The regular expression ${JSON.stringify(pattern)} uses ${what}, which RE2 does not know.`,
  );

function translate(pattern: string): string {
  const cursor: Cursor = { text: pattern, at: 0 };
  let out = '';
  // How many `(?flags:` a bare `(?flags)` opened in each open group: closed together with the group.
  const opened: number[] = [0];
  while (cursor.at < pattern.length) {
    const char = pattern[cursor.at] ?? '';
    if (char === '\\') out += escape(cursor, false);
    else if (char === '[') out += characterClass(cursor);
    else if (char === '(') {
      const group = openGroup(cursor);
      out += group.text;
      if (group.kind === 'flags') opened[opened.length - 1] = (opened.at(-1) ?? 0) + 1;
      else if (group.kind === 'group') opened.push(0);
    } else if (char === ')') {
      if (opened.length === 1) throw refuse(pattern, 'a closing parenthesis without an opening one');
      out += ')'.repeat((opened.pop() ?? 0) + 1);
      cursor.at += 1;
    } else if (char === '{' && !/^\{\d+(?:,\d*)?\}/.test(pattern.slice(cursor.at))) {
      out += '\\{';
      cursor.at += 1;
    } else if (char === '{') {
      const end = pattern.indexOf('}', cursor.at) + 1;
      const repeat = pattern.slice(cursor.at, end);
      if ((repeat.match(/\d+/g) ?? []).some((count) => Number(count) > maxRepeat))
        throw refuse(pattern, `the repeat count ${repeat} above ${maxRepeat}`);
      out += repeat;
      cursor.at = end;
    } else if (char === '}' || char === ']') {
      out += `\\${char}`;
      cursor.at += 1;
    } else if (char === '|' && (opened.at(-1) ?? 0) > 0) {
      // `(?i)a|b` means (?i:a)|(?i:b); inside the group we opened, the alternation already stands.
      out += '|';
      cursor.at += 1;
    } else {
      out += char;
      cursor.at += 1;
    }
  }
  return out + ')'.repeat(opened[0] ?? 0);
}

function openGroup(cursor: Cursor): { readonly kind: 'group' | 'flags' | 'nothing'; readonly text: string } {
  const rest = cursor.text.slice(cursor.at);
  if (!rest.startsWith('(?')) {
    cursor.at += 1;
    return { kind: 'group', text: '(' };
  }
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest);
  if (named) {
    cursor.at += named[0].length;
    return { kind: 'group', text: `(?<${named[1]}>` };
  }
  const flags = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
  if (!flags) throw refuse(cursor.text, `${rest.slice(0, 4)}…`);
  cursor.at += flags[0].length;
  const [, on = '', off = '', end = ''] = flags;
  if (on.includes('U') || off.includes('U')) {
    throw new AppError(
      'invalid-argument',
      `The regular expression ${JSON.stringify(cursor.text)} uses the flag U (ungreedy), which this store does not translate: write *? instead of *.`,
    );
  }
  const text = on === '' && off === '' ? '(?:' : `(?${on}${off === '' ? '' : `-${off}`}:`;
  if (end === ':') return { kind: 'group', text };
  return on === '' && off === '' ? { kind: 'nothing', text: '' } : { kind: 'flags', text };
}

function escape(cursor: Cursor, inClass: boolean): string {
  const { text } = cursor;
  const next = text[cursor.at + 1];
  if (next === undefined)
    throw new AppError(
      'invalid-argument',
      `The regular expression ${JSON.stringify(text)} ends in a backslash.`,
    );
  cursor.at += 2;
  if (/[1-9]/.test(next)) throw refuse(text, `the back-reference \\${next}`);
  if (next === 'A') return '^';
  if (next === 'z') return '$';
  if (next === 'a') return '\\x07';
  if (next === 'Q') {
    const end = text.indexOf('\\E', cursor.at);
    const literal = text.slice(cursor.at, end < 0 ? text.length : end);
    cursor.at = end < 0 ? text.length : end + 2;
    return literal.replace(inClass ? /[\\^$.*+?()[\]{}|/-]/g : /[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  if (next === 'x' && text[cursor.at] === '{') {
    const end = text.indexOf('}', cursor.at);
    const code = text.slice(cursor.at, end + 1);
    cursor.at = end + 1;
    return `\\u${code}`;
  }
  if ((next === 'p' || next === 'P') && text[cursor.at] !== '{') {
    const name = text[cursor.at] ?? '';
    cursor.at += 1;
    return `\\${next}{${name}}`;
  }
  if (next === 'p' || next === 'P') {
    const end = text.indexOf('}', cursor.at);
    const name = text.slice(cursor.at + 1, end);
    cursor.at = end + 1;
    return `\\${next}{${/^(?:[A-Z][a-z]?|Any|ASCII)$/.test(name) ? name : `Script=${name}`}}`;
  }
  if (/[dDsSwWbBtnrfvx0]/.test(next)) return `\\${next}`;
  if (/[A-Za-z]/.test(next)) throw refuse(text, `the escape \\${next}`);
  if (/[\^$\\.*+?()[\]{}|/]/.test(next) || (inClass && next === '-')) return `\\${next}`;
  return next;
}

function characterClass(cursor: Cursor): string {
  const { text } = cursor;
  let out = '[';
  cursor.at += 1;
  if (text[cursor.at] === '^') {
    out += '^';
    cursor.at += 1;
  }
  let first = true;
  while (cursor.at < text.length) {
    const char = text[cursor.at] ?? '';
    if (char === ']' && !first) {
      cursor.at += 1;
      return `${out}]`;
    }
    first = false;
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(text.slice(cursor.at));
    if (posix) {
      const members = posixClasses[posix[2] ?? ''];
      if (members === undefined || posix[1] === '^') throw refuse(text, `the class ${posix[0]}`);
      out += members;
      cursor.at += posix[0].length;
    } else if (char === '\\') {
      out += escape(cursor, true);
    } else {
      out += char === '[' || char === ']' ? `\\${char}` : char;
      cursor.at += 1;
    }
  }
  throw new AppError(
    'invalid-argument',
    `The regular expression ${JSON.stringify(text)} misses a closing ].`,
  );
}
