import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf } from './kind-of.ts';

const full = (apiVersion: string, kind: string): object => ({
  apiVersion,
  kind,
  metadata: { name: 'a' },
  spec: {},
});

const cases: readonly { readonly name: string; readonly value: unknown; readonly want: string | RegExp }[] = [
  { name: 'a kind that is read', value: full('keda.sh/v1alpha1', 'ScaledObject'), want: 'ScaledObject' },
  { name: 'a kind of the core', value: full('v1', 'Service'), want: 'Service' },
  { name: 'a Deployment of long ago', value: full('extensions/v1beta1', 'Deployment'), want: 'Deployment' },
  {
    name: 'the same kind of another group',
    value: full('serving.knative.dev/v1', 'Service'),
    want: /^here-kind kind: Service of serving\.knative\.dev\/v1 has no meaning/,
  },
  {
    name: 'an object of KEDA 1',
    value: full('keda.k8s.io/v1alpha1', 'ScaledObject'),
    want: /^schema apiVersion: expected keda\.sh\/v1alpha1, received "keda\.k8s\.io\/v1alpha1": KEDA 2 does not read/,
  },
  {
    name: 'a version that KEDA does not have',
    value: full('keda.sh/v1', 'ScaledJob'),
    want: /^schema apiVersion: expected keda\.sh\/v1alpha1, received "keda\.sh\/v1"$/,
  },
  {
    name: 'a slip of upper and lower case',
    value: full('keda.sh/v1alpha1', 'Scaledobject'),
    want: /^schema kind: expected ScaledObject, received "Scaledobject"/,
  },
  {
    name: 'a kind that KEDA does not have',
    value: full('keda.sh/v1alpha1', 'ScaledThing'),
    want: /^schema kind: expected one of ScaledObject, ScaledJob, .* for keda\.sh\/v1alpha1, received "ScaledThing"$/,
  },
  {
    name: 'a kind of the HTTP add-on under the group of KEDA',
    value: full('keda.sh/v1alpha1', 'HTTPScaledObject'),
    want: /^schema kind: expected one of ScaledObject/,
  },
  { name: 'a kind that needs no word', value: full('rbac.authorization.k8s.io/v1', 'Role'), want: '' },
  {
    name: 'a kind that means nothing here',
    value: full('networking.k8s.io/v1', 'Ingress'),
    want: /^here-kind kind: Ingress has no meaning/,
  },
  {
    name: 'values of a chart',
    value: { replicaCount: 1, image: 'nginx' },
    want: /^here-kind : a map without kind, metadata and spec is no Kubernetes object and is left out$/,
  },
  {
    name: 'a forgotten kind',
    value: { apiVersion: 'v1', metadata: { name: 'a' } },
    want: /^schema : expected a Kubernetes object with apiVersion and kind, received a map without kind$/,
  },
  { name: 'a list', value: [1], want: /received a list without apiVersion and kind$/ },
];

for (const { name, value, want } of cases) {
  test(`which reader: ${name}`, () => {
    const said: string[] = [];
    const kind = kindOf(value, (rule, path, message) => said.push(`${rule} ${path.join('.')}: ${message}`));
    if (typeof want === 'string') assert.deepEqual([kind ?? '', said], [want, []]);
    else {
      assert.equal(kind, null);
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', want);
    }
  });
}
