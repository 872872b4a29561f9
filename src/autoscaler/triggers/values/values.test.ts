import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTriggerDriver } from '../catalog.ts';
import { testTrigger, triggerDependencies, triggerSpec } from '../conformance.ts';
import { resourceValue } from '../drivers/kubernetes-resource.ts';
import { extractors } from '../drivers/metrics-api.ts';
import { parseDecimal } from './decimal.ts';
import { jsonByPath } from './json-path.ts';
import { labelSelector } from './label-selector.ts';
import { parseQuantity } from './quantity.ts';
import { searchTemplate } from './search-template.ts';

const never = new AbortController().signal;
const json = {
  'fav.movie': 'Deer',
  name: { first: 'Tom' },
  age: 37,
  children: ['Sara', 'Alex'],
  friends: [
    { first: 'Dale', age: 44, nets: ['ig', 'fb'] },
    { first: 'Roger', age: 68, nets: ['fb'] },
    { first: 'Jane', age: 47 },
  ],
};
const paths: readonly (readonly [path: string, want: unknown])[] = [
  ['name.first', 'Tom'],
  ['age', 37],
  ['children.#', 2],
  ['children.1', 'Alex'],
  ['child*.0', 'Sara'],
  ['c?ildren.0', 'Sara'],
  ['fav\\.movie', 'Deer'],
  ['friends.#.age', [44, 68, 47]],
  ['friends.1.first', 'Roger'],
  ['friends.#(first=="Roger").age', 68],
  ['friends.#(age>45)#.first', ['Roger', 'Jane']],
  ['friends.#(first%"D*").age', 44],
  ['friends.#(nets.#(=="ig")).first', 'Dale'],
  ['friends.#(age<10).age', undefined],
  ['children.7', undefined],
  ['name.first.x', undefined],
  ['toString', undefined],
];
for (const [path, want] of paths) {
  test(`json path: ${path}`, () => assert.deepEqual(jsonByPath(json, path), want));
}
test('json path: modifiers are refused by name', () => {
  assert.throws(() => jsonByPath(json, 'children.@reverse'), /"@reverse" is not read here/);
});

test('quantities', () => {
  for (const [text, want] of [
    ['1k', 1000],
    ['500m', 0.5],
    ['1Ki', 1024],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['2e3', 2000],
    ['-1', -1],
    ['12', 12],
    ['NaN', null],
    ['1kk', null],
    ['', null],
    ['0x10', null],
  ] as const) {
    assert.equal(parseQuantity(text), want, text);
  }
});

test('decimals', () => {
  for (const [text, want] of [
    ['1.5e3', 1500],
    ['-.5', -0.5],
    ['+2.', 2],
    ['1k', null],
    ['', null],
    ['.', null],
    ['0x10', null],
    ['NaN', null],
  ] as const) {
    assert.equal(parseDecimal(text), want, text);
  }
});

test('search templates: parameters are trimmed, and left out where there are none', () => {
  assert.deepEqual(searchTemplate('busy', ['']), { id: 'busy' });
  assert.deepEqual(searchTemplate('busy', ['a : 1 ', 'at:10:30']), {
    id: 'busy',
    params: { a: '1', at: '10:30' },
  });
});

const extracted: readonly { format: string; body: string; location: string; want: number | RegExp }[] = [
  { format: 'json', body: '[1,2]', location: '1', want: 2 },
  { format: 'json', body: '{"a":"500m"}', location: 'a', want: 0.5 },
  { format: 'json', body: '{"a":"NaN"}', location: 'a', want: /received "NaN"/ },
  { format: 'json', body: '', location: 'a', want: /not JSON/ },
  { format: 'yaml', body: 'a:\n  - b: 1k\n', location: 'a.0.b', want: 1000 },
  { format: 'yaml', body: 'a: [', location: 'a', want: /not YAML/ },
  { format: 'yaml', body: 'a: 1', location: 'a.b', want: /received nothing/ },
  {
    format: 'xml',
    body: '<?xml version="1.0"?><r><!-- x --><c><n>7</n></c></r>',
    location: 'r.c.n',
    want: 7,
  },
  {
    format: 'xml',
    body: '<r><i n="1">2</i><i n="3"><![CDATA[4]]></i></r>',
    location: 'r.i[1].#text',
    want: 4,
  },
  { format: 'xml', body: '<r><i n="1">2</i><i n="3"/></r>', location: 'r.i.-n', want: 1 },
  { format: 'xml', body: '<r><c>1</r>', location: 'r.c', want: /not well-formed/ },
  { format: 'xml', body: 'plain', location: 'r', want: /not well-formed/ },
  {
    format: 'prometheus',
    body: '# HELP a\na{b="x"} 1\na{c="z", b="y"} 2 123\n',
    location: 'a{b="y"}',
    want: 2,
  },
  { format: 'prometheus', body: 'a{b="x"} 1', location: "a{ b = 'x', }", want: 1 },
  { format: 'prometheus', body: 'a{b="x"} 1', location: 'a{b=x}', want: /expected a metric such as name/ },
  { format: 'prometheus', body: 'a 1.5e3', location: 'a', want: 1500 },
  { format: 'prometheus', body: 'a{b="}"} 3', location: 'a{b="}"}', want: 3 },
  { format: 'prometheus', body: 'a NaN', location: 'a', want: /received "NaN"/ },
  { format: 'prometheus', body: 'ab 1', location: 'a', want: /no sample a/ },
];
for (const { body, format, location, want } of extracted) {
  test(`${format}: ${location} in ${JSON.stringify(body)}`, async () => {
    const extract = async (): Promise<number | undefined> => extractors[format]?.(body, location);
    if (typeof want === 'number') assert.equal(await extract(), want);
    else await assert.rejects(extract(), want);
  });
}

test('label selectors', () => {
  const labels = { app: 'web', tier: 'front', size: '3' };
  for (const [selector, want] of [
    ['app=web', true],
    ['app==web,tier!=back', true],
    ['app=shop', false],
    ['app in (shop, web)', true],
    ['app notin (shop),tier', true],
    ['other notin (x)', true],
    ['other!=x', true],
    ['!other', true],
    ['!app', false],
    ['size>2', true],
    ['size<2', false],
    ['none>1', false],
  ] as const) {
    assert.equal(labelSelector(selector)(labels), want, selector);
  }
});

const pod = (app: string, namespace = 'default') => ({ namespace, labels: { app } });
const pods = () => [pod('a'), pod('a'), pod('b'), pod('a', 'other')];
testTrigger('kubernetes-workload', { podSelector: 'app=a', value: '1' }, { pods });
test('kubernetes-workload: replicas with the labels, in its own namespace', async () => {
  const create = await loadTriggerDriver('kubernetes-workload');
  const read = async (metadata: Record<string, string>) =>
    (
      await create(
        triggerSpec('kubernetes-workload', { value: '1', ...metadata }),
        triggerDependencies({ pods }),
      ).read(0, never)
    )[0];
  assert.deepEqual(await read({ podSelector: 'app=a', activationValue: '2' }), {
    name: 's0-workload-default',
    value: 2,
    active: false,
  });
  assert.equal((await read({ podSelector: 'app', groupByNode: 'true' }))?.value, 1);
});

const resource = { resourceKind: 'ConfigMap', resourceName: 'm', key: 'k', targetValue: '1' };
testTrigger('kubernetes-resource', resource, { configMap: () => ({ k: '5' }) });
test('kubernetes-resource: what is missing is named', async () => {
  const create = await loadTriggerDriver('kubernetes-resource');
  for (const [data, want] of [
    [null, /no ConfigMap "m"/],
    [{}, /no key "k"/],
    [{ k: 'x' }, /received "x"/],
  ] as const) {
    await assert.rejects(
      create(
        triggerSpec('kubernetes-resource', resource),
        triggerDependencies({ configMap: () => data }),
      ).read(0, never),
      want,
    );
  }
  assert.equal(
    await resourceValue('a: [1, 2.5]', { format: 'yaml', location: 'a.1', valueType: 'float64' }),
    2.5,
  );
  await assert.rejects(resourceValue('2.5', { format: 'number', location: '', valueType: 'int64' }), /int64/);
});

test('cpu and memory: a percentage or a quantity, by metricType', async () => {
  const create = await loadTriggerDriver('cpu');
  const make = (
    type: string,
    metricType: 'Utilization' | 'AverageValue' | null,
    metadata: Record<string, string>,
  ) => create({ ...triggerSpec(type, metadata), metricType }, triggerDependencies({ index: 1 }));
  assert.deepEqual(make('cpu', 'Utilization', { value: '80', containerName: 'app' }).metrics(), [
    {
      name: 's1-cpu',
      target: { kind: 'Utilization', value: 80 },
      activationThreshold: null,
      resource: { containerName: 'app' },
    },
  ]);
  assert.equal(make('memory', 'AverageValue', { value: '256Mi' }).metrics()[0]?.target.value, 2 ** 28);
  assert.throws(() => make('cpu', null, { value: '80' }), /metricType: expected Utilization or AverageValue/);
  assert.throws(
    () => make('cpu', 'Utilization', { value: '80', type: 'Utilization' }),
    /cpu\) of web cannot be used: type: /,
  );
});
