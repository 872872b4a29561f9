import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
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
