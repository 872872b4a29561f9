import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AppError } from '../contract/app-error.ts';
import { configEnvironment } from './config-environment.ts';
import { configKeys, loadConfig } from './config.ts';

function withFile<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  const file = join(folder, 'sluice.yaml');
  writeFileSync(file, text);
  return use(file).finally(() => rmSync(folder, { recursive: true }));
}

test('every key has a default, so nothing needs to be configured', async () => {
  const config = await loadConfig({ env: {} });
  assert.equal(config.port, 8080);
  assert.equal(config.model.provider, 'auto');
});

test('a later source wins: file, then environment, then flags', async () => {
  await withFile('port: 1\nhost: 10.0.0.1\ngateway: { maxPending: 7, holdTimeoutMs: 9 }\n', async (file) => {
    const config = await loadConfig({
      file,
      env: { SLUICE_PORT: '2', SLUICE_GATEWAY_MAX_PENDING: '8' },
      flags: { port: 3 },
    });
    assert.equal(config.port, 3);
    assert.equal(config.gateway.maxPending, 8);
    assert.equal(config.gateway.holdTimeoutMs, 9);
    assert.equal(config.host, '10.0.0.1');
  });
});

test('lists are read from JSON or commas, and null where the key takes it', async () => {
  const config = await loadConfig({
    env: { SLUICE_DOCUMENTS: 'a, b', SLUICE_MODEL_NAME: 'null', SLUICE_API_KEYS: '[]' },
  });
  assert.deepEqual(config.documents, ['a', 'b']);
  assert.equal(config.model.name, null);
  assert.deepEqual(config.apiKeys, []);
});

const refused: readonly { name: string; env?: Record<string, string>; file?: string; says: RegExp }[] = [
  {
    name: 'an unknown key, with the nearest known one',
    file: 'gatway: {}',
    says: /gatway is not a setting; did you mean gateway\?/,
  },
  {
    name: 'an unknown nested key',
    file: 'gateway: { maxPendin: 1 }',
    says: /gateway\.maxPendin is not a setting; did you mean maxPending\?/,
  },
  {
    name: 'an unknown variable',
    env: { SLUICE_PROT: '1' },
    says: /SLUICE_PROT is not a setting; did you mean SLUICE_PORT\?/,
  },
  {
    name: 'a number out of range, with the value',
    env: { SLUICE_PORT: '70000' },
    says: /port: expected number to be <=65535, received 70000\./,
  },
  {
    name: 'text where a number belongs',
    env: { SLUICE_PORT: 'http' },
    says: /port: expected number, received "http"\./,
  },
  {
    name: 'a URL of another scheme',
    env: { SLUICE_MODEL_BASE_URL: 'ftp://x' },
    says: /model\.baseUrl: expected an http or https URL, received "ftp:\/\/x"\./,
  },
  {
    name: 'a key in place of its hash, which is not repeated',
    env: { SLUICE_API_KEYS: '[{"sha256":"swordfish","tenant":"a","subject":"b"}]' },
    says: /apiKeys\.0\.sha256: expected the sha-256 of the key (?!.*swordfish)/,
  },
  {
    name: 'keys in place of their entries, which are not repeated',
    env: { SLUICE_API_KEYS: 'swordfish' },
    says: /apiKeys\.0: expected object(?!.*swordfish)/,
  },
  {
    name: 'a release that YAML reads as a number',
    file: 'autoscaler: { keda: 2.20 }',
    says: /autoscaler\.keda: expected "2\.20" or "2\.21", in quotes, received 2\.2\./,
  },
  { name: 'a file that is no YAML', file: 'a: [1', says: /is not valid YAML/ },
  { name: 'a file that is a list', file: '- 1', says: /expected keys and values/ },
];

for (const { name, env = {}, file, says } of refused) {
  test(`the start is refused on ${name}`, async () => {
    const load = (path?: string) => loadConfig({ env, ...(path ? { file: path } : {}) });
    await assert.rejects(file === undefined ? load() : withFile(file, load), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'invalid-argument');
      assert.match(error.message, says);
      return true;
    });
  });
}

test('all problems are told at once', async () => {
  await assert.rejects(
    loadConfig({ env: { SLUICE_PORT: '-1', SLUICE_LOG_LEVEL: 'loud', SLUICE_X: '1' } }),
    (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.message.split('\n').length, 4);
      return true;
    },
  );
});

test('every key has a description and a variable of its own', () => {
  const keys = configKeys();
  assert.ok(keys.length > 30);
  assert.equal(new Set(keys.map((key) => key.variable)).size, keys.length);
  for (const key of keys) assert.ok(key.schema.description, `${key.path.join('.')} has no description`);
});

test('a configuration survives the way through the environment of a child process', async () => {
  const config = await loadConfig({
    env: {},
    flags: {
      dataDir: '/var/lib/sluice, with a comma',
      documents: ['a', 'b, c'],
      apiKeys: [{ sha256: 'a'.repeat(64), tenant: 't', subject: 's' }],
      model: { provider: 'none', temperature: 0.5 },
    },
  });
  const env = configEnvironment(config);
  assert.equal(env['SLUICE_PORT'], undefined);
  assert.deepEqual(await loadConfig({ env }), config);
});
