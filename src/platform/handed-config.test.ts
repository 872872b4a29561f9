import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceConfig } from '../contract/config.ts';
import { configEnvironment } from './config-environment.ts';
import { handedConfig } from './handed-config.ts';

const config = SluiceConfig.parse({ dataDir: '/data', replica: { slots: 7 } });
const handed = configEnvironment(config, { SLUICE_API_KEY: 'secret', PATH: '/bin' });
const child = { PATH: '/bin', SLUICE_API_KEY: 'secret', ...handed };

const cases = [
  { name: 'a child takes what its parent handed it', env: child, parent: process.pid, want: config },
  {
    name: 'its own socket and id change nothing',
    env: { ...child, SLUICE_SOCKET: '/run/s', SLUICE_REPLICA_ID: 'r1' },
    parent: process.pid,
    want: config,
  },
  { name: 'nothing was handed', env: { SLUICE_DATA_DIR: '/data' }, parent: process.pid, want: null },
  { name: 'it comes from another process', env: child, parent: process.pid + 1, want: null },
  {
    name: 'a setting was changed on the way',
    env: { ...child, SLUICE_REPLICA_SLOTS: '8' },
    parent: process.pid,
    want: null,
  },
  {
    name: 'a setting was added on the way',
    env: { ...child, SLUICE_LOG_LEVEL: 'debug' },
    parent: process.pid,
    want: null,
  },
];

for (const { name, env, parent, want } of cases) {
  test(name, () => assert.deepEqual(handedConfig(env, parent), want));
}
