import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYamlDocuments } from './yaml-documents.ts';

const bad: readonly { readonly name: string; readonly text: string; readonly want: readonly RegExp[] }[] = [
  {
    name: 'a template of Helm, once and with the way out',
    text: '{{- if .Values.on }}\nkind: A\nname: {{ include "a" . }}\nlabels:\n  {{- toYaml . }}\n{{- end }}\n',
    want: [/^1: expected YAML, received a template with \{\{ … \}\}\. Render it first/],
  },
  {
    name: 'a tab, without its echo',
    text: 'a:\n  b: 1\n\tc: 2\n',
    want: [/^3: not valid YAML: Tabs are not allowed as indentation\. Indent with spaces$/],
  },
  {
    name: 'every key that stands twice',
    text: 'min: 1\nmin: 2\nspec: { a: 1, a: 2 }\n',
    want: [/^2: .*the key min stands twice/, /^3: .*the key a stands twice/],
  },
  { name: 'bytes', text: 'kind: A\nname: \0\0', want: [/^2: expected text in UTF-8, received other bytes/] },
];

for (const { name, text, want } of bad) {
  test(`YAML that is none: ${name}`, async () => {
    const { documents, problems } = await parseYamlDocuments(text, 'a.yaml');
    assert.deepEqual(documents, []);
    assert.equal(problems.length, want.length, JSON.stringify(problems));
    for (const [index, { line, message }] of problems.entries()) {
      assert.match(`${line}: ${message}`, want[index] ?? /$^/);
    }
  });
}

test('a list of one kind gives its items what they are, and lines of their own', async () => {
  const text = `apiVersion: keda.sh/v1alpha1
kind: ScaledObjectList
items:
  - metadata: { name: a }
  - metadata:
      name: b
`;
  const { documents } = await parseYamlDocuments(text, 'a.yaml');
  assert.deepEqual(
    documents.map(({ value }) => value),
    ['a', 'b'].map((name) => ({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name },
    })),
  );
  assert.equal(documents[1]?.lineOf(['metadata', 'name']), 6);
});
