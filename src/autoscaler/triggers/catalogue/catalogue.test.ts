import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prometheusParameters } from '../drivers/prometheus/parameters.ts';
import { catalogue, parameterTable } from './catalogue.ts';
import { checkTrigger } from './check-trigger.ts';
import { crossFieldRules } from './cross-field-rules.ts';

test('every line of the catalogue can be read, and every rule belongs to a type', () => {
  const all = catalogue();
  assert.equal(all.size, 78);
  for (const entry of all.values()) {
    assert.ok(entry.parameters.length > 0, entry.type);
    for (const parameter of entry.parameters) {
      assert.ok(
        parameter.names.every((name) => /^\w+(?:\.\*)?$/.test(name)),
        `${entry.type} ${parameter.names.join()}`,
      );
      assert.ok(parameter.from.length > 0, `${entry.type} ${parameter.names.join()}`);
    }
    const names = Object.keys(parameterTable(entry));
    for (const name of [
      entry.target,
      entry.activation,
      ...entry.metricName.matchAll(/\{(\w+)\}/g).map(([, inner]) => inner),
    ]) {
      if (name && !name.startsWith('=') && name !== '*' && name !== '-')
        assert.ok(names.includes(name), `${entry.type} has no ${name}`);
    }
  }
  assert.deepEqual(
    Object.keys(crossFieldRules).filter((type) => !all.has(type)),
    [],
  );
});

test('the prometheus driver reads what the catalogue says, and its own additions', () => {
  const entry = catalogue().get('prometheus');
  assert.ok(entry);
  const table = parameterTable(entry);
  for (const [key, parameter] of Object.entries(table)) {
    const own = prometheusParameters[key as keyof typeof prometheusParameters];
    assert.deepEqual(
      { names: own?.names, from: own?.from, type: own?.type },
      { names: parameter.names, from: parameter.from, type: parameter.type },
    );
  }
});

test('a key that no parameter knows is reported, a name that KEDA lacks is null', () => {
  const nothing = { authParams: {}, resolvedEnv: {} };
  const triggerMetadata = { start: '0 8 * * *', end: '0 9 * * *', timeZone: 'UTC', desiredReplicas: '1' };
  assert.deepEqual(checkTrigger('cron', { triggerMetadata, ...nothing })?.unknownKeys, ['timeZone']);
  assert.equal(checkTrigger('mqtt', { triggerMetadata: {}, ...nothing }), null);
});
