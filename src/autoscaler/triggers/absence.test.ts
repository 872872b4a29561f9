import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absence } from './absence.ts';
import type { ParameterPlace, ParameterSources } from './parameters.ts';

const cases: readonly {
  name: string;
  from: readonly ParameterPlace[];
  sources: Partial<ParameterSources>;
  want: string;
}[] = [
  { name: 'nothing anywhere', from: ['triggerMetadata', 'authParams'], sources: {}, want: 'nothing' },
  {
    name: 'a variable that the container lacks',
    from: ['triggerMetadata', 'resolvedEnv'],
    sources: { triggerMetadata: { hostFromEnv: 'MQ' } },
    want: 'nothing (hostFromEnv names MQ, which the container lacks or which is empty)',
  },
  {
    name: 'a variable for a parameter that is not read from one',
    from: ['authParams'],
    sources: { triggerMetadata: { hostFromEnv: 'MQ' } },
    want: 'hostFromEnv, which is not read',
  },
  {
    name: 'a value in the wrong place',
    from: ['authParams'],
    sources: { triggerMetadata: { host: 'secret' } },
    want: 'one in metadata, where it is not read',
  },
  {
    name: 'a value in the other wrong place',
    from: ['triggerMetadata'],
    sources: { authParams: { host: 'secret' } },
    want: 'one in the TriggerAuthentication, where it is not read',
  },
  {
    name: 'an empty text',
    from: ['triggerMetadata'],
    sources: { triggerMetadata: { host: ' ' } },
    want: 'an empty text',
  },
  {
    name: 'an empty secret',
    from: ['authParams'],
    sources: { authParams: { host: '' } },
    want: 'an empty text in the TriggerAuthentication',
  },
];

for (const { from, name, sources, want } of cases) {
  test(`received: ${name}`, () => {
    const all = { triggerMetadata: {}, authParams: {}, resolvedEnv: {}, ...sources };
    assert.equal(absence({ names: ['host'], from, type: 'string' }, all), want);
  });
}
