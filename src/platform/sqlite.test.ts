import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inSnapshot, inTransaction, openDatabase } from './sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-sqlite-'));
after(() => rmSync(folder, { recursive: true }));

const first = 'CREATE TABLE notes (text TEXT NOT NULL)';
const second = 'ALTER TABLE notes ADD COLUMN author TEXT';

test('an older file is taken to the newest schema, its rows kept', () => {
  const path = join(folder, 'grows.sqlite');
  const old = openDatabase({ path, migrations: [first], durability: 'normal' });
  old.exec("INSERT INTO notes VALUES ('kept')");
  old.close();
  const grown = openDatabase({ path, migrations: [first, second], durability: 'normal' });
  assert.deepEqual({ ...grown.prepare('SELECT * FROM notes').get() }, { text: 'kept', author: null });
  grown.close();
});

test('a file of a newer Sluice is refused by name', () => {
  const path = join(folder, 'newer.sqlite');
  openDatabase({ path, migrations: [first, second], durability: 'full' }).close();
  assert.throws(
    () => openDatabase({ path, migrations: [first], durability: 'full' }),
    /newer\.sqlite has schema version 2/,
  );
});

test('a full disk is said to be one', () => {
  const database = openDatabase({ path: ':memory:', migrations: [first], durability: 'normal' });
  database.exec('PRAGMA max_page_count = 4');
  const work = (): void => database.exec('INSERT INTO notes VALUES (randomblob(100000))');
  assert.throws(() => inTransaction(database, work), { errstr: 'database or disk is full' });
  database.close();
});

test('a transaction that throws leaves nothing behind', () => {
  const database = openDatabase({ path: ':memory:', migrations: [first], durability: 'normal' });
  assert.throws(
    () =>
      inTransaction(database, () => {
        database.exec("INSERT INTO notes VALUES ('half')");
        throw new Error('stopped half-way');
      }),
    /stopped half-way/,
  );
  assert.equal(database.prepare('SELECT count(*) AS n FROM notes').get()?.['n'], 0);
  database.close();
});

test('a snapshot does not see what another connection commits meanwhile', () => {
  const path = join(folder, 'snapshot.sqlite');
  const reader = openDatabase({ path, migrations: [first], durability: 'normal' });
  const writer = openDatabase({ path, migrations: [first], durability: 'normal' });
  const count = (): unknown => reader.prepare('SELECT count(*) AS n FROM notes').get()?.['n'];
  inSnapshot(reader, () => {
    assert.equal(count(), 0);
    writer.exec("INSERT INTO notes VALUES ('new')");
    assert.equal(count(), 0);
  });
  assert.equal(count(), 1);
  reader.close();
  writer.close();
});
