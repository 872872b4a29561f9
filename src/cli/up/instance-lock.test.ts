import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockInstance } from './instance-lock.ts';

test('a data directory belongs to one process at a time', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-lock-'));
  const first = lockInstance(dataDir);
  assert.throws(() => lockInstance(dataDir), /Another "sluice up" uses the data directory/);
  first[Symbol.dispose]();
  lockInstance(dataDir)[Symbol.dispose]();
  rmSync(dataDir, { recursive: true });
});

test('a lock file that cannot be opened is not another process', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-lock-'));
  mkdirSync(join(dataDir, 'up.lock'));
  assert.throws(() => lockInstance(dataDir), { message: /unable to open/ });
  rmSync(dataDir, { recursive: true });
});
