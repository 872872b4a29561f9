import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { httpTimeouts, type WrittenHttpTimeouts } from './http-scaled-object-timeouts.ts';
import { collectManifests } from './collect-manifests.ts';
import { toRouteSpecs } from './interceptor-route-specs.ts';
import { describeProblem } from './manifest-problem.ts';
import { toTargetSpecs } from './target-spec.ts';

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: main
          command: [python3, -m, http.server, $(PORT)]
          ports: [{ containerPort: 8000 }]
---
apiVersion: v1
kind: Service
metadata: { name: web-service }
spec:
  selector: { app: web }
  ports:
    - { name: http, port: 80, targetPort: 8000 }
    - { name: grpc, port: 90, appProtocol: kubernetes.io/h2c }
`;
const scaled = `---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web }
spec:
  scaleTargetRef: { name: web }
  triggers:
    - type: external-push
      metadata: { scalerAddress: "keda-add-ons-http-external-scaler.keda:9090", interceptorRoute: shop }
`;
const route = (spec: string, metadata = '{ name: shop }'): string => `---
apiVersion: http.keda.sh/v1beta1
kind: InterceptorRoute
metadata: ${metadata}
spec:
${spec}
`;
const httpScaledObject = (spec: string, metadata = '{ name: shop }'): string => `---
apiVersion: http.keda.sh/v1alpha1
kind: HTTPScaledObject
metadata: ${metadata}
spec:
${spec}
`;
const target = `  target: { service: web-service, port: 80 }`;
const metric = `  scalingMetric: { concurrency: { targetValue: 5 } }`;
const plain = `${target}\n${metric}`;
const scaleTargetRef = `  scaleTargetRef: { name: web, service: web-service, port: 80 }`;

async function read(text: string) {
  const { problems, set } = await collectManifests([{ file: 'a.yaml', text }]);
  return {
    set,
    problems: problems.map(describeProblem),
    warnings: set.warnings.map(describeProblem),
    routes: toRouteSpecs(set),
  };
}

test('a route with nothing but what is needed has the defaults of the add-on', async () => {
  const { problems, routes, set, warnings } = await read(web + scaled + route(plain));
  assert.deepEqual([problems, warnings], [[], []]);
  assert.deepEqual(routes, [
    {
      name: 'default/shop',
      target: 'web',
      rules: [],
      protocol: 'http/1.1',
      timeouts: {},
      overflow: 'reject',
      staticRoutes: [],
      objects: set.interceptorRoutes,
    },
  ]);
  assert.deepEqual(set.interceptorRoutes[0]?.scalingMetric, { concurrency: 5, requestRate: null });
});

test('a route with everything', async () => {
  const page = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: page, labels: { http.keda.sh/response-body: "true" } }
data: { index.html: "<p>soon" }
`;
  const { problems, routes, warnings } = await read(
    web +
      scaled +
      page +
      route(
        `
  target: { service: web-service, portName: grpc }
  rules:
    - hosts: [shop.example, "*.shop.example"]
      paths: [{ value: /a }, { value: /b/ }]
      headers: [{ name: x-tenant }, { name: x-ring, value: "1" }]
    - {}
  scalingMetric:
    concurrency: { targetValue: 3 }
    requestRate: { targetValue: 10, window: 2m, granularity: 500ms }
  coldStart:
    fallback: { service: { name: elsewhere, port: 8080 } }
    placeholder:
      response:
        headers: { Refresh: "5" }
        bodyFromConfigMap: { name: page }
    maxPendingRequests: 7
    overflow: Placeholder
  timeouts: { readiness: 1m30s, request: 0s, responseHeader: 250ms }
  staticRoutes:
    - rules: [{ paths: [{ value: /healthz }] }]
      response: { statusCode: 200, body: OK }
    - rules: [{ paths: [{ value: /old }] }]
      response: { statusCode: 307, headers: { Location: /new }, bodyFromConfigMap: { name: page, key: index.html } }
      responseMode: Always`,
        '{ name: shop, creationTimestamp: 2026-01-02T03:04:05Z }',
      ),
  );
  assert.deepEqual(problems, []);
  assert.match(warnings.join(), /asks elsewhere\.default\.svc\.cluster\.local, and where that leads nowhere/);
  const [spec] = routes;
  assert.ok(spec);
  const { objects, ...rest } = spec;
  const data = { 'index.html': '<p>soon' };
  assert.deepEqual(rest, {
    name: 'default/shop',
    target: 'web',
    rules: [
      {
        hosts: ['shop.example', '*.shop.example'],
        paths: ['/a', '/b/'],
        headers: [{ name: 'x-tenant' }, { name: 'x-ring', value: '1' }],
      },
      {},
    ],
    createdMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    protocol: 'h2c',
    timeouts: { readinessMs: 90_000, requestMs: 0, responseHeaderMs: 250 },
    fallback: {
      name: 'elsewhere',
      host: 'elsewhere.default.svc.cluster.local',
      port: 8080,
      protocol: 'http/1.1',
    },
    placeholder: {
      status: 503,
      headers: { Refresh: '5' },
      body: { kind: 'files', name: 'page', data, key: null },
    },
    maxPending: 7,
    overflow: 'placeholder',
    staticRoutes: [
      {
        rules: [{ paths: ['/healthz'] }],
        answer: { status: 200, headers: {}, body: { kind: 'text', text: 'OK' } },
        mode: 'when-unavailable',
      },
      {
        rules: [{ paths: ['/old'] }],
        answer: {
          status: 307,
          headers: { Location: '/new' },
          body: { kind: 'files', name: 'page', data, key: 'index.html' },
        },
        mode: 'always',
      },
    ],
  });
  assert.deepEqual(objects[0]?.scalingMetric, {
    concurrency: 3,
    requestRate: { target: 10, windowMs: 120_000, granularityMs: 500 },
  });
});

const refused: readonly { name: string; text: string; want: RegExp }[] = [
  {
    name: 'no spec',
    text: '---\napiVersion: http.keda.sh/v1beta1\nkind: InterceptorRoute\nmetadata: { name: shop }\n',
    want: /a\.yaml:\d+: spec: expected a map, received nothing/,
  },
  {
    name: 'both ports',
    text: route(`  target: { service: web-service, port: 80, portName: http }\n${metric}`),
    want: /:\d+: spec\.target: expected exactly one of port and portName/,
  },
  {
    name: 'no port',
    text: route(`  target: { service: web-service }\n${metric}`),
    want: /spec\.target: expected exactly one of port and portName/,
  },
  {
    name: 'a port out of range, with its line',
    text: route(`  target:\n    service: web-service\n    port: 70000\n${metric}`),
    want: /spec\.target\.port: expected a whole number from 1 to 65535, received the number 70000/,
  },
  {
    name: 'an empty name of a Service',
    text: route(`  target: { service: "", port: 80 }\n${metric}`),
    want: /spec\.target\.service: expected text, received an empty one/,
  },
  {
    name: 'no metric',
    text: route(`${target}\n  scalingMetric: {}`),
    want: /spec\.scalingMetric: expected at least one of concurrency and requestRate/,
  },
  {
    name: 'no scalingMetric',
    text: route(target),
    want: /spec\.scalingMetric: expected a map, received nothing/,
  },
  {
    name: 'a metric without its value',
    text: route(`${target}\n  scalingMetric: { concurrency: {} }`),
    want: /concurrency\.targetValue: expected a whole number >= 1, received nothing/,
  },
  {
    name: 'a value of 0',
    text: route(`${target}\n  scalingMetric: { requestRate: { targetValue: 0 } }`),
    want: /requestRate\.targetValue: expected a whole number >= 1, received the number 0/,
  },
  {
    name: 'a window that is a number',
    text: route(`${target}\n  scalingMetric: { requestRate: { targetValue: 1, window: 60 } }`),
    want: /requestRate\.window: expected a duration in quotes, such as "30s" or "1m30s", received the number 60/,
  },
  {
    name: 'more buckets than can be kept',
    text: route(`${target}\n  scalingMetric: { requestRate: { targetValue: 1, window: 24h } }`),
    want: /requestRate\.granularity: expected at most 10000 buckets in the window, received 86400/,
  },
  {
    name: 'a timeout that is none',
    text: route(`${plain}\n  timeouts: { readiness: soon }`),
    want: /spec\.timeouts\.readiness: expected a duration in quotes.*received the text "soon"/,
  },
  {
    name: 'a status out of range',
    text: route(`${plain}\n  coldStart: { placeholder: { response: { statusCode: 600 } } }`),
    want: /placeholder\.response\.statusCode: expected a whole number from 100 to 599, received the number 600/,
  },
  {
    name: 'a header that is no text',
    text: route(`${plain}\n  coldStart: { placeholder: { response: { headers: { Refresh: 5 } } } }`),
    want: /headers\.Refresh: expected text, received the number 5\. Put it in quotes/,
  },
  {
    name: 'two bodies',
    text: route(
      `${plain}\n  coldStart: { placeholder: { response: { body: a, bodyFromConfigMap: { name: b } } } }`,
    ),
    want: /placeholder\.response: expected at most one of body and bodyFromConfigMap, received both/,
  },
  {
    name: 'a body that is too long',
    text: route(`${plain}\n  coldStart: { placeholder: { response: { body: "${'x'.repeat(32_769)}" } } }`),
    want: /response\.body: expected at most 32768 characters; put a longer body into a ConfigMap/,
  },
  {
    name: 'an empty coldStart',
    text: route(`${plain}\n  coldStart: {}`),
    want: /spec\.coldStart: expected at least one of fallback, placeholder and maxPendingRequests/,
  },
  {
    name: 'overflow to a placeholder that is not there',
    text: route(`${plain}\n  coldStart: { maxPendingRequests: 1, overflow: Placeholder }`),
    want: /spec\.coldStart\.overflow: expected a placeholder beside overflow: Placeholder/,
  },
  {
    name: 'another overflow',
    text: route(`${plain}\n  coldStart: { maxPendingRequests: 1, overflow: Queue }`),
    want: /coldStart\.overflow: expected one of Reject, Placeholder, received the text "Queue"/,
  },
  {
    name: 'no place for a pending request',
    text: route(`${plain}\n  coldStart: { maxPendingRequests: 0 }`),
    want: /maxPendingRequests: expected a whole number >= 1, received the number 0/,
  },
  {
    name: 'a fallback as older releases wrote it',
    text: route(`${plain}\n  coldStart: { fallback: { service: other, port: 80 } }`),
    want: /coldStart\.fallback\.service: expected a map with name and port/,
  },
  {
    name: 'an empty path',
    text: route(`${plain}\n  rules: [{ paths: [{ value: "" }] }]`),
    want: /spec\.rules\[0\]\.paths\[0\]\.value: expected text, received an empty one/,
  },
  {
    name: 'a host twice',
    text: route(`${plain}\n  rules: [{ hosts: [a, b, a] }]`),
    want: /spec\.rules\[0\]\.hosts: expected each host once/,
  },
  {
    name: 'a header twice',
    text: route(`${plain}\n  rules: [{ headers: [{ name: a, value: x }, { name: a }] }]`),
    want: /spec\.rules\[0\]\.headers: expected each header name once/,
  },
  {
    name: 'a static route for nothing',
    text: route(`${plain}\n  staticRoutes: [{ rules: [], response: {} }]`),
    want: /spec\.staticRoutes\[0\]\.rules: expected at least one rule, received an empty list/,
  },
  {
    name: 'another response mode',
    text: route(`${plain}\n  staticRoutes: [{ rules: [{}], response: {}, responseMode: Never }]`),
    want: /responseMode: expected one of WhenUnavailable, Always, received the text "Never"/,
  },
  {
    name: 'a route twice',
    text: route(plain) + route(plain),
    want: /metadata\.name: "shop" is already defined at a\.yaml:\d+; a name is one object/,
  },
  {
    name: 'a Service that is not there',
    text: route(`  target: { service: nobody, port: 80 }\n${metric}`),
    want: /spec\.target\.service: there is no Service "nobody" in namespace "default" among the manifests, and no Deployment of that name/,
  },
  {
    name: 'a Service of another namespace',
    text: route(plain, '{ name: shop, namespace: other }'),
    want: /there is no Service "web-service" in namespace "other"/,
  },
  {
    name: 'a port that the Service does not have',
    text: route(`  target: { service: web-service, port: 81 }\n${metric}`),
    want: /spec\.target\.port: expected a port of Service "web-service" \(a\.yaml:\d+\), which has the ports 80 \(http\), 90 \(grpc\), received 81/,
  },
  {
    name: 'a port name that the Service does not have',
    text: route(`  target: { service: web-service, portName: web }\n${metric}`),
    want: /spec\.target\.portName: expected a port of Service "web-service".*received "web"/,
  },
  {
    name: 'a Service that nobody answers',
    text: `---
apiVersion: v1
kind: Service
metadata: { name: empty }
spec: { selector: { app: other, tier: x }, ports: [{ port: 80 }] }
${route(`  target: { service: empty, port: 80 }\n${metric}`)}`,
    want: /no Deployment among the manifests answers Service "empty" \(a\.yaml:\d+\): none has pods labelled app: other, tier: x/,
  },
  {
    name: 'a Service that leads out',
    text: `---
apiVersion: v1
kind: Service
metadata: { name: out }
spec: { type: ExternalName, externalName: out.example, ports: [{ port: 80 }] }
${route(`  target: { service: out, port: 80 }\n${metric}`)}`,
    want: /Service "out" \(a\.yaml:\d+\) leads out of the cluster; a route needs replicas/,
  },
  {
    name: 'a fallback whose port is a name nobody knows',
    text: route(`${plain}\n  coldStart: { fallback: { service: { name: other, portName: http } } }`),
    want: /fallback\.service\.portName: there is no Service "other".*to look the port "http" up in/,
  },
  {
    name: 'an HTTPScaledObject without a Deployment',
    text: httpScaledObject('  scaleTargetRef: { service: web-service, port: 80 }'),
    want: /spec\.scaleTargetRef\.name: expected text, received nothing/,
  },
  {
    name: 'an HTTPScaledObject whose Deployment is not there',
    text: httpScaledObject('  scaleTargetRef: { name: shop, service: shop, port: 80 }'),
    want: /spec\.scaleTargetRef\.name: there is no Deployment "shop" in namespace "default"/,
  },
  {
    name: 'an HTTPScaledObject with both ports of a failover',
    text: httpScaledObject(
      `${scaleTargetRef}\n  coldStartTimeoutFailoverRef: { service: a, port: 1, portName: b }`,
    ),
    want: /spec\.coldStartTimeoutFailoverRef: expected exactly one of port and portName/,
  },
  {
    name: 'an HTTPScaledObject with more replicas at least than at most',
    text: httpScaledObject(`${scaleTargetRef}\n  replicas: { min: 3, max: 2 }`),
    want: /expected at most maxReplicaCount \(2\), received 3/,
  },
];
for (const { name, text, want } of refused) {
  test(`refused: ${name}`, async () => {
    const { problems } = await read(web + scaled + text);
    assert.match(problems.join('\n'), want);
  });
}

test('refused: a Deployment that nothing scales is not run here', async () => {
  const { problems } = await read(web + route(plain));
  assert.match(problems.join(), /spec\.target\.service: nothing scales Deployment "web" \(a\.yaml:2\)/);
});

const warned: readonly { name: string; text: string; want: RegExp }[] = [
  {
    name: 'a field with a typing mistake',
    text: route(`${plain}\n  timeouts: { readyness: 5s }`),
    want: /spec\.timeouts\.readyness: there is no field "readyness" here; a cluster drops it without a word\. Did you mean readiness\?/,
  },
  {
    name: 'a field of an entry of a list',
    text: route(`${plain}\n  rules: [{ host: [a] }]`),
    want: /spec\.rules\[0\]\.host: there is no field "host" here.* Did you mean hosts\?/,
  },
  {
    name: 'a field nobody ever had',
    text: httpScaledObject(`${scaleTargetRef}\n  wonderful: true`),
    want: /spec\.wonderful: there is no field "wonderful" here; a cluster drops it without a word\.$/m,
  },
  {
    name: 'sessions',
    text: route(`${plain}\n  sessionPersistence: { type: Cookie }`),
    want: /spec\.sessionPersistence: sessions are not pinned to a replica here/,
  },
  {
    name: 'a Service that a cluster needs',
    text: route(`  target: { service: web, port: 80 }\n${metric}`),
    want: /there is no Service "web".*requests go to the Deployment "web" all the same; a cluster needs the Service/,
  },
  {
    name: 'a port that is not the one a replica gets',
    text: route(`  target: { service: web-service, portName: grpc }\n${metric}`),
    want: /port 90 of Service "web-service" leads to port 90 of the pods, and the first port of Deployment "web" is 8000/,
  },
  {
    name: 'a page that is not there',
    text: route(
      `${plain}\n  coldStart: { placeholder: { response: { bodyFromConfigMap: { name: page } } } }`,
    ),
    want: /bodyFromConfigMap\.name: there is no ConfigMap "page" in namespace "default".*this answer is status 500/,
  },
  {
    name: 'a page that the add-on does not see',
    text: `---
apiVersion: v1
kind: ConfigMap
metadata: { name: page }
data: { a: b }
${route(`${plain}\n  coldStart: { placeholder: { response: { bodyFromConfigMap: { name: page } } } }`)}`,
    want: /ConfigMap "page" \(a\.yaml:\d+\) has no label http\.keda\.sh\/response-body: "true"/,
  },
  {
    name: 'two metrics of an HTTPScaledObject',
    text: httpScaledObject(`${scaleTargetRef}\n  scalingMetric: { concurrency: {}, requestRate: {} }`),
    want: /scalingMetric\.concurrency: has no effect beside requestRate/,
  },
  {
    name: 'both kinds under one name',
    text: route(plain) + httpScaledObject(scaleTargetRef),
    want: /metadata\.name: the InterceptorRoute of the same name has taken its place/,
  },
  {
    name: 'a trigger for a route that is not there',
    text: route(plain, '{ name: other }'),
    want: /triggers\[0\]\.metadata\.interceptorRoute: there is no InterceptorRoute "shop" in namespace "default" among the manifests; there are "other"/,
  },
];
for (const { name, text, want } of warned) {
  test(`warned of: ${name}`, async () => {
    const { warnings } = await read(web + scaled + text);
    assert.match(warnings.join('\n'), want);
  });
}

test('a Deployment with rules of its own is told that routes have taken their place', async () => {
  const own = web.replace('{ name: web }', '{ name: web, annotations: { sluice.dev/hosts: a } }');
  const { warnings } = await read(own + scaled + route(plain));
  assert.match(warnings.join(), /annotations\.sluice\.dev\/hosts: has no effect: routes lead to "web"/);
});

const fallbacks: readonly { name: string; text: string; want: unknown }[] = [
  {
    name: 'another scale target',
    text: route(`${plain}\n  coldStart: { fallback: { service: { name: web-service, portName: http } } }`),
    want: { kind: 'target', name: 'web', protocol: 'http/1.1' },
  },
  {
    name: 'a server outside',
    text: `---
apiVersion: v1
kind: Service
metadata: { name: out }
spec: { type: ExternalName, externalName: out.example, ports: [{ port: 8443, name: http, appProtocol: kubernetes.io/h2c }] }
${route(`${plain}\n  coldStart: { fallback: { service: { name: out, portName: http } } }`)}`,
    want: { name: 'out', host: 'out.example', port: 8443, protocol: 'h2c' },
  },
  {
    name: 'a Deployment that is not run here',
    text: `---${web.replaceAll('web', 'rest')}${route(
      `${plain}\n  coldStart: { fallback: { service: { name: rest-service, port: 80 } } }`,
    )}`,
    want: {
      name: 'rest-service',
      host: 'rest-service.default.svc.cluster.local',
      port: 80,
      protocol: 'http/1.1',
    },
  },
];
for (const { name, text, want } of fallbacks) {
  test(`fallback: ${name}, after 30 s unless written`, async () => {
    const { problems, routes } = await read(`${web}${scaled}${text}`);
    assert.deepEqual(problems, []);
    assert.deepEqual(routes[0]?.fallback, want);
    assert.deepEqual(routes[0]?.timeouts, { readinessMs: 30_000 });
  });
}

test('an HTTPScaledObject is the ScaledObject and the route that the operator makes of it', async () => {
  const { problems, routes, set, warnings } = await read(
    web +
      httpScaledObject(
        `
  hosts: [shop.example]
  pathPrefixes: [/a]
  headers: [{ name: x }]
${scaleTargetRef}
  replicas: { min: 1, max: 4 }
  scaledownPeriod: 20
  initialCooldownPeriod: 5
  scalingMetric: { requestRate: { targetValue: 7, window: 30s } }
  timeouts: { conditionWait: 10s, responseHeader: 2s }`,
        '{ name: shop, namespace: default, labels: { a: b }, annotations: { c: d } }',
      ),
  );
  assert.deepEqual([problems, warnings], [[], []]);
  const [object] = set.scaledObjects;
  assert.ok(object);
  const { source: _source, ...rest } = object;
  assert.deepEqual(rest, {
    name: 'shop',
    namespace: 'default',
    labels: { a: 'b' },
    annotations: { c: 'd' },
    scaleTargetRef: { name: 'web', apiVersion: 'apps/v1', kind: 'Deployment', envSourceContainerName: null },
    written: new Set(),
    pollingIntervalMs: 15_000,
    cooldownPeriodMs: 20_000,
    initialCooldownPeriodMs: 5000,
    idleReplicaCount: null,
    minReplicaCount: 1,
    maxReplicaCount: 4,
    fallback: null,
    restoreToOriginalReplicaCount: true,
    hpaName: 'keda-hpa-shop',
    hpaNameGiven: null,
    behavior: null,
    scalingModifiers: null,
    triggers: [
      {
        type: 'external-push',
        name: null,
        metadata: {
          scalerAddress: 'keda-add-ons-http-external-scaler.keda:9090',
          httpScaledObject: 'shop',
        },
        authenticationRef: null,
        metricType: null,
        useCachedMetrics: false,
      },
    ],
  });
  assert.deepEqual(routes[0]?.rules, [{ hosts: ['shop.example'], paths: ['/a'], headers: [{ name: 'x' }] }]);
  assert.deepEqual(routes[0]?.timeouts, { readinessMs: 10_000, responseHeaderMs: 2000 });
  assert.deepEqual(routes[0]?.objects[0]?.scalingMetric, {
    concurrency: null,
    requestRate: { target: 7, windowMs: 30_000, granularityMs: 1000 },
  });
});

const metrics: readonly { name: string; spec: string; want: unknown }[] = [
  { name: 'none written', spec: '', want: { concurrency: 100, requestRate: null } },
  {
    name: 'the old field',
    spec: '  targetPendingRequests: 12',
    want: { concurrency: 12, requestRate: null },
  },
  {
    name: 'concurrency wins over the old field, with its own default',
    spec: '  targetPendingRequests: 12\n  scalingMetric: { concurrency: {} }',
    want: { concurrency: 100, requestRate: null },
  },
  {
    name: 'the rate without values',
    spec: '  scalingMetric: { requestRate: {} }',
    want: { concurrency: null, requestRate: { target: 100, windowMs: 60_000, granularityMs: 1000 } },
  },
];
for (const { name, spec, want } of metrics) {
  test(`metric of an HTTPScaledObject: ${name}`, async () => {
    const { problems, set } = await read(web + httpScaledObject(`${scaleTargetRef}\n${spec}`));
    assert.deepEqual(problems, []);
    assert.deepEqual(set.interceptorRoutes[0]?.scalingMetric, want);
    assert.equal(set.scaledObjects[0]?.maxReplicaCount, 100);
    assert.equal(set.scaledObjects[0]?.cooldownPeriodMs, 300_000);
  });
}

test('an HTTPScaledObject whose ScaledObject the user writes makes none', async () => {
  const annotation = '{ httpscaledobject.keda.sh/skip-scaledobject-creation: "true" }';
  const { problems, routes, set } = await read(
    web + scaled + httpScaledObject(scaleTargetRef, `{ name: shop, annotations: ${annotation} }`),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    set.scaledObjects.map(({ name }) => name),
    ['web'],
  );
  assert.equal(routes.length, 1);
});

const timeouts: readonly { name: string; written: WrittenHttpTimeouts; want: object }[] = [
  { name: 'nothing', written: {}, want: {} },
  { name: 'the wait', written: { timeouts: { conditionWait: '30s' } }, want: { readinessMs: 30_000 } },
  {
    name: 'the header',
    written: { timeouts: { responseHeader: '1m' } },
    want: { responseHeaderMs: 60_000 },
  },
  {
    name: 'zeros are as nothing',
    written: { timeouts: { conditionWait: '0s', responseHeader: '0' } },
    want: {},
  },
  {
    name: 'the failover wins',
    written: { timeouts: { conditionWait: '30s' }, coldStartTimeoutFailoverRef: { timeoutSeconds: 45 } },
    want: { readinessMs: 45_000 },
  },
  {
    name: 'a failover without a wait',
    written: { timeouts: { conditionWait: '30s' }, coldStartTimeoutFailoverRef: {} },
    want: { readinessMs: 30_000 },
  },
];
for (const { name, want, written } of timeouts) {
  test(`timeouts of an HTTPScaledObject: ${name}`, () => {
    assert.deepEqual(httpTimeouts(written), {
      readinessMs: null,
      requestMs: null,
      responseHeaderMs: null,
      ...want,
    });
  });
}

test('a failover waits 30 s unless it says otherwise, whatever conditionWait says', async () => {
  const { routes } = await read(
    web +
      httpScaledObject(
        `${scaleTargetRef}\n  timeouts: { conditionWait: 5s }\n  coldStartTimeoutFailoverRef: { service: web-service, port: 80 }`,
      ),
  );
  assert.deepEqual(routes[0]?.timeouts, { readinessMs: 30_000 });
  assert.deepEqual(routes[0]?.fallback, { kind: 'target', name: 'web', protocol: 'http/1.1' });
});

test('slots of a replica: its own word, else the least concurrency of its routes, else the default', async () => {
  const slots = async (text: string): Promise<number | undefined> =>
    toTargetSpecs((await read(text)).set)[0]?.launch.slots;
  const own = web.replace('{ name: web }', '{ name: web, annotations: { sluice.dev/slots: "4" } }');
  const rate = '  scalingMetric: { requestRate: { targetValue: 2 } }';
  const second = route(`${target}\n  scalingMetric: { concurrency: { targetValue: 3 } }`, '{ name: b }');
  assert.equal(await slots(own + scaled + route(plain)), 4);
  assert.equal(await slots(web + scaled + route(plain)), 5);
  assert.equal(await slots(web + scaled + route(plain) + second), 3);
  assert.equal(await slots(web + scaled + route(`${target}\n${rate}`)), 10);
});

test('the example of the HTTP add-on is read without a word', async () => {
  const file = new URL('../../../examples/manifests/http-add-on.yaml', import.meta.url);
  const { problems, routes, warnings } = await read(await readFile(file, 'utf8'));
  assert.deepEqual([problems, warnings], [[], []]);
  assert.deepEqual(
    routes.map(({ name, target }) => [name, target]),
    [['default/files', 'files']],
  );
});
