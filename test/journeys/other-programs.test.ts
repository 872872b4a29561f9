// Sluice in front of programs that know nothing of it: Python's file server, and two programs told apart by host.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { coldStartHeader, heldMsHeader } from '../../src/contract/headers.ts';
import { programs, startSluice } from '../support/sluice-process.ts';
import { targetStatus, untilZero } from './support/api.ts';
import { getAs } from './support/get-as.ts';
import { stillRunning } from './support/processes.ts';

const python = spawnSync('python3', ['--version']).status === 0;

test(
  "Python's file server runs 0 -> 1 -> 0 -> 1 by the example manifest",
  { skip: python ? false : 'python3 is not installed' },
  async () => {
    const example = join(dirname(programs.examples), 'manifests', 'static-files.yaml');
    const manifest = readFileSync(example, 'utf8').replace('cooldownPeriod: 30', 'cooldownPeriod: 1');
    assert.match(manifest, /cooldownPeriod: 1\n/);
    // Its working directory is served; the manifest is the file in it that is known.
    await using sluice = await startSluice({ manifest });
    assert.equal((await targetStatus(sluice.adminUrl, 'static-files')).replicas.length, 0);

    for (const round of ['first', 'second']) {
      const response = await fetch(`${sluice.url}/manifest.yaml`);
      assert.equal(response.status, 200, round);
      assert.equal(await response.text(), manifest);
      assert.match(response.headers.get('server') ?? '', /SimpleHTTP.*Python/);
      assert.equal(response.headers.get(coldStartHeader), 'true');
      assert.ok(Number(response.headers.get(heldMsHeader)) > 0);
      const missing = await fetch(`${sluice.url}/not-there`);
      assert.equal(missing.status, 404, "an error is the program's own");
      assert.equal(missing.headers.get(coldStartHeader), 'false');

      const { replicas } = await targetStatus(sluice.adminUrl, 'static-files');
      assert.equal(replicas.length, 1);
      await untilZero(sluice.adminUrl, 'static-files');
      assert.deepEqual(stillRunning(replicas.map(({ pid }) => pid ?? 0)), []);
    }
  },
);

/** A program that says its name and what it was asked for. */
const speaker = (name: string, annotations: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  annotations: { ${annotations} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: ${name}
          image: node
          command:
            - ${JSON.stringify(process.execPath)}
            - -e
            - |
              const answer = (request, response) => response.end(process.env.NAME + ' ' + request.url);
              require('node:http').createServer(answer).listen(process.env.PORT, '127.0.0.1');
              process.on('SIGTERM', () => process.exit(0));
          env:
            - { name: NAME, value: ${name} }
            - { name: PORT, value: "8000" }
          ports: [{ containerPort: 8000 }]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: ${name} }
spec:
  scaleTargetRef: { name: ${name} }
  minReplicaCount: 0
  maxReplicaCount: 2
  cooldownPeriod: 1
  triggers:
    - type: prometheus
      metadata:
        serverAddress: http://prometheus-server.monitoring.svc.cluster.local:9090
        query: sum(rate(http_requests_total{target="${name}"}[1m]))
        threshold: "20"
        activationThreshold: "5"
`;

test('two programs behind one listener are told apart by host, and each sleeps until it is asked', async () => {
  const manifest = [
    speaker('alder', 'sluice.dev/hosts: "alder.example,*.alder.example"'),
    speaker('elder', 'sluice.dev/slots: "3"'),
  ].join('---\n');
  await using sluice = await startSluice({ manifest });

  const said = async (host: string, path: string): Promise<readonly [status: number, text: string]> => {
    const { status, text } = await getAs(sluice.url, host, path);
    return [status, text];
  };

  assert.deepEqual(await said('alder.example', '/a?b=1'), [200, 'alder /a?b=1']);
  assert.equal((await targetStatus(sluice.adminUrl, 'elder')).replicas.length, 0, 'nobody asked for it');
  assert.deepEqual(await said('www.alder.example:8080', '/'), [200, 'alder /']);
  assert.deepEqual(await said('elder.localhost', '/c'), [200, 'elder /c']);
  const named = await fetch(sluice.url, { headers: { 'x-sluice-target': 'elder' } });
  assert.equal(await named.text(), 'elder /');

  const nowhere = await getAs(sluice.url, 'oak.example', '/');
  assert.equal(nowhere.status, 404);
  assert.match(
    nowhere.text,
    /No scale target takes host \\"oak\.example\\" with path \\"\/\\"\. Known scale targets: alder, elder\./,
  );
  await Promise.all([untilZero(sluice.adminUrl, 'alder'), untilZero(sluice.adminUrl, 'elder')]);
});
