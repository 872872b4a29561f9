import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../contract/app-error.ts';
import { checkCollection, normalizeSource } from './source-name.ts';

describe('normalizeSource', () => {
  for (const { name, raw, want } of [
    { name: 'keeps a plain name', raw: 'handbook/leave.md', want: 'handbook/leave.md' },
    { name: 'drops dots and doubled slashes', raw: './handbook//./leave.md', want: 'handbook/leave.md' },
    { name: 'composes accents', raw: 're\u0301sume\u0301.txt', want: 'résumé.txt' },
    { name: 'keeps Chinese', raw: '手册/请假.md', want: '手册/请假.md' },
    { name: 'keeps names with dots in them', raw: 'a..b/...md', want: 'a..b/...md' },
  ])
    test(name, () => assert.equal(normalizeSource(raw), want));

  for (const { name, raw, says } of [
    { name: 'refuses to climb', raw: '../etc/passwd', says: /leaves its folder with "\.\."/ },
    { name: 'refuses to climb from below', raw: 'a/../../b.md', says: /leaves its folder/ },
    { name: 'refuses absolute names', raw: '/etc/passwd', says: /is absolute/ },
    { name: 'refuses drives', raw: 'C:/boot.ini', says: /is absolute/ },
    { name: 'refuses backslashes', raw: '..\\..\\boot.ini', says: /backslash/ },
    { name: 'refuses NUL', raw: 'a\0.md', says: /control characters/ },
    { name: 'refuses line breaks', raw: 'a\n.md', says: /control characters/ },
    { name: 'refuses text that turns direction', raw: 'a\u202egnp.md', says: /control characters/ },
    { name: 'refuses nothing', raw: './', says: /is empty/ },
    {
      name: 'refuses overlong names',
      raw: `${'a/'.repeat(600)}b`,
      says: /1201 bytes long, 1024 are allowed/,
    },
    { name: 'refuses overlong parts', raw: '长'.repeat(90), says: /longer than 255 bytes/ },
    { name: 'refuses lone surrogates', raw: 'a\ud800.md', says: /not valid Unicode/ },
  ])
    test(name, () =>
      assert.throws(
        () => normalizeSource(raw),
        (error) => error instanceof AppError && error.code === 'invalid-argument' && says.test(error.message),
      ),
    );
});

describe('checkCollection', () => {
  for (const name of ['default', '产品-2024', 'a.b_c'])
    test(`takes ${name}`, () => assert.equal(checkCollection(name), name));
  for (const raw of ['', '../x', 'a/b', '.hidden', 'x'.repeat(129)])
    test(`refuses ${JSON.stringify(raw.slice(0, 10))}`, () =>
      assert.throws(() => checkCollection(raw), /A collection's name is 1 to 128/));
});
