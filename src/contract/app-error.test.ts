import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from './app-error.ts';

const withCode = (fields: object): Error => Object.assign(new Error('/data/secret/path failed'), fields);

const cases: readonly { name: string; thrown: unknown; code: string; says: RegExp }[] = [
  {
    name: 'an AppError stays',
    thrown: new AppError('conflict', 'Taken.'),
    code: 'conflict',
    says: /^Taken\.$/,
  },
  {
    name: 'an abort is a cancellation',
    thrown: new DOMException('left', 'AbortError'),
    code: 'cancelled',
    says: /left/,
  },
  {
    name: 'a full disk, as the system says it',
    thrown: withCode({ code: 'ENOSPC' }),
    code: 'unavailable',
    says: /full/,
  },
  {
    name: 'a full disk, as SQLite says it',
    thrown: withCode({ code: 'ERR_SQLITE_ERROR', errcode: 13 }),
    code: 'unavailable',
    says: /full/,
  },
  {
    name: 'a read-only file, with an extended code',
    thrown: withCode({ code: 'ERR_SQLITE_ERROR', errcode: 8 + 4 * 256 }),
    code: 'unavailable',
    says: /cannot be written/,
  },
  {
    name: 'a constraint of SQLite is ours',
    thrown: withCode({ code: 'ERR_SQLITE_ERROR', errcode: 19 }),
    code: 'internal',
    says: /inside Sluice/,
  },
  { name: 'anything else', thrown: 'what?', code: 'internal', says: /inside Sluice/ },
];

for (const { name, thrown, code, says } of cases) {
  test(`from what was thrown: ${name}`, () => {
    const error = AppError.from(thrown);
    assert.equal(error.code, code);
    assert.match(error.message, says);
    assert.doesNotMatch(error.message, /secret/);
  });
}
