import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { HttpResponse } from '../../src/platform/http-message.ts';
import { serveHttp, type HttpServer } from '../../src/platform/http-server.ts';
import { freePort } from '../support/servers/server-process.ts';
import { eventually, startSluice, temporaryFolder } from '../support/sluice-process.ts';

const folder = temporaryFolder();
let queueLength = 3;
let queue: HttpServer;

before(async () => {
  queue = await serveHttp({ host: '127.0.0.1', port: 0 }, async () =>
    HttpResponse.json({ waiting: queueLength }),
  );
});
after(async () => {
  await queue.close(0);
  rmSync(folder, { recursive: true });
});

const portOf = ({ address }: HttpServer): number => (address.kind === 'tcp' ? address.port : 0);

test('a ScaledJob runs one process for each message, and none when the queue is empty', async () => {
  const script = `mktemp ${folder}/job-XXXXXX`;
  await using sluice = await startSluice({
    manifest: `
apiVersion: keda.sh/v1alpha1
kind: ScaledJob
metadata: { name: batch }
spec:
  pollingInterval: 1
  maxReplicaCount: 5
  jobTargetRef:
    template:
      spec:
        containers:
          - name: batch
            image: none
            command: [/bin/sh, -c, "${script}"]
  triggers:
    - type: metrics-api
      metadata: { url: "http://127.0.0.1:${portOf(queue)}/", valueLocation: waiting, targetValue: "1" }
`,
  });
  await eventually('three jobs', async () => readdirSync(folder).length >= 3);
  queueLength = 0;
  assert.equal(await sluice.stop('SIGTERM'), 0);
});

test('an arrival is pushed to the gRPC server, from there to the trigger, and wakes a replica between two polls', async () => {
  const port = await freePort();
  await using sluice = await startSluice({
    args: ['--policy', 'keda'],
    env: { SLUICE_AUTOSCALER_EXTERNAL_SCALER_PORT: String(port) },
    manifest: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: none
          command: [${process.execPath}, -e, "require('http').createServer((q, s) => s.end('awake')).listen(process.env.PORT)"]
          ports: [{ containerPort: 8000 }]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web }
spec:
  scaleTargetRef: { name: web }
  pollingInterval: 3600
  triggers:
    - type: external-push
      metadata: { scalerAddress: "127.0.0.1:${port}", interceptorRoute: web, concurrency: "10" }
`,
  });
  const answer = await fetch(sluice.url);
  assert.equal(await answer.text(), 'awake');
  assert.equal(answer.headers.get('x-keda-http-cold-start'), 'true');
});
