import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createGatewayScaler } from '../../src/autoscaler/external-scaler/gateway-scaler.ts';
import { createRateWindow } from '../../src/autoscaler/external-scaler/rate-window.ts';
import { idleReport } from '../../src/autoscaler/triggers/conformance.ts';
import { AppError } from '../../src/contract/app-error.ts';
import type { LoadReport } from '../../src/contract/load.ts';
import { ask, startGateway, startReplica, until } from '../../src/gateway/gateway-fixture.ts';
import { createRouter } from '../../src/gateway/route/create-router.ts';
import { plainHost } from '../../src/gateway/route/match-host.ts';
import type { RouteQuery, RouteRule } from '../../src/gateway/route/route-rule.ts';
import { createVirtualClock } from '../../src/platform/virtual-clock.ts';

// Routing, scaler answers and holding, by the published conformance cases, which are not part of this repository.
const folder = process.env['SLUICE_CONFORMANCE'];
const file = folder === undefined ? null : path.join(folder, 'http-add-on.json');

interface Rule {
  readonly hosts?: readonly string[];
  readonly paths?: readonly { readonly value: string }[];
  readonly headers?: readonly { readonly name: string; readonly value?: string }[];
}
interface Counts {
  readonly concurrency?: number;
  readonly requestRate?: number;
}
type Asked = Readonly<Record<'concurrency' | 'requestRate', { readonly targetValue?: number } | undefined>>;
type Step =
  | { readonly record: { readonly atSeconds: number; readonly value: number } }
  | { readonly averageAt: number; readonly expect: number };

/** Each kind has its own of these. */
interface Input {
  readonly becomesReadyAfterMs?: number;
  readonly coldStartHeader: boolean;
  readonly counts: Counts;
  readonly epochBaseSeconds: number;
  readonly fallback?: boolean;
  readonly granularitySeconds: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly host: string;
  readonly hosts: readonly string[];
  readonly matchers: NonNullable<Rule['headers']>;
  readonly path: string;
  readonly paths: NonNullable<Rule['paths']>;
  readonly readinessTimeoutMs?: number;
  readonly ready: boolean;
  readonly route: string;
  readonly routes: readonly {
    readonly name: string;
    readonly rules: readonly Rule[];
    readonly created?: number;
  }[];
  readonly rule: Rule;
  readonly scalingMetric: Asked;
  readonly steps: readonly Step[];
  readonly windowSeconds: number;
}
interface HttpCase {
  readonly id: string;
  readonly kind: string;
  readonly note: string;
  readonly input: Input;
  readonly expect: object;
}

const toRule = (target: string, { hosts, paths, headers }: Rule): RouteRule => ({
  target,
  ...(hosts ? { hosts } : {}),
  ...(paths ? { paths: paths.map(({ value }) => value) } : {}),
  ...(headers ? { headers } : {}),
});

const toQuery = ({ headers, host, path: at }: Partial<Input>): RouteQuery => ({
  host: host ?? '',
  path: at ?? '',
  headers: Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  ),
});

/** The router's answer; null where it says that there is none. Every other error is the case's failure. */
function routed(rules: readonly RouteRule[], asked: Partial<Input>): string | null {
  try {
    return createRouter(rules)(toQuery(asked));
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return null;
    throw error;
  }
}

const matched = (rule: Rule, asked: Partial<Input>): object => ({
  match: routed([toRule('it', rule)], asked) === 'it',
});

/** A gateway's scaler that has seen these counts, and how it is asked for the metrics of the case. */
async function scalerWith({ counts = {}, route = 'web', scalingMetric }: Partial<Input>) {
  const clock = createVirtualClock(1_800_000_000_000);
  const state: { report: LoadReport } = { report: { ...idleReport, target: route } };
  const scaler = createGatewayScaler({
    targets: [{ name: route, slots: 1 }],
    load: () => state.report,
    clock,
  });
  const { concurrency, requestRate } = scalingMetric ?? {};
  const scalerMetadata: Record<string, string> = { interceptorRoute: route };
  if (concurrency?.targetValue !== undefined) scalerMetadata['concurrency'] = String(concurrency.targetValue);
  if (requestRate?.targetValue !== undefined) scalerMetadata['requestRate'] = String(requestRate.targetValue);
  const ref = { name: 'it', namespace: 'default', scalerMetadata };
  const specs = scaler.metricSpecs(ref);
  // Requests are whole: a rate with a fraction is the mean of several seconds.
  const rate = counts.requestRate ?? 0;
  let seconds = 1;
  while (!Number.isInteger(rate * seconds) && seconds < 60) seconds += 1;
  state.report = { ...state.report, arrivals: rate * seconds, pending: counts.concurrency ?? 0 };
  scaler.loadChanged(route);
  await clock.advance((seconds - 1) * 1000);
  return { ref, scaler, specs };
}

async function forwarded(input: Input): Promise<object> {
  const clock = createVirtualClock(5000);
  let count = 0;
  await using replica = await startReplica((_, response) => {
    count += 1;
    response.end();
  });
  await using held = await startGateway({ clock }, input.ready ? [replica.endpoint] : []);
  const reply = ask(held.port);
  if (!input.ready) {
    await until(() => held.gateway.load('shop').pending === 1, 'holding the request');
    await clock.advance(input.becomesReadyAfterMs ?? 0);
    held.gateway.setReplicas('shop', [replica.endpoint]);
  }
  const { headers } = await reply;
  return {
    forwardedTo: count === 1 ? 'upstream' : null,
    'X-KEDA-HTTP-Cold-Start': headers['x-keda-http-cold-start'] ?? null,
  };
}

const kinds: Readonly<Record<string, (input: Input) => unknown>> = {
  stripPort: ({ host }) => ({ host: plainHost(host) }),
  matchRule: ({ rule, ...asked }) => matched(rule, asked),
  matchHost: ({ host, hosts }) => matched({ hosts }, { host }),
  matchPath: ({ path: at, paths }) => matched({ paths }, { path: at }),
  matchHeaders: ({ headers, matchers }) => matched({ headers: matchers }, { headers }),
  route: ({ routes, ...asked }) => ({
    route: routed(
      routes.flatMap(({ name, rules }) => rules.map((rule) => toRule(name, rule))),
      asked,
    ),
  }),
  metricSpec: async (input) => {
    const { specs } = await scalerWith(input);
    return { specs: specs.map(({ metricName, target }) => ({ metricName, targetSizeFloat: target })) };
  },
  metrics: async (input) => {
    const { ref, scaler, specs } = await scalerWith(input);
    const values = specs.flatMap(({ metricName }) => scaler.metricValues(ref, metricName));
    return { values: values.map(({ metricName, value }) => ({ metricName, metricValueFloat: value })) };
  },
  isActiveHTTPScaledObject: async (input) => {
    const { ref, scaler } = await scalerWith(input);
    return { active: scaler.isActive(ref) };
  },
  rateWindow: ({ epochBaseSeconds, granularitySeconds, steps, windowSeconds }) => {
    const window = createRateWindow(windowSeconds * 1000, granularitySeconds * 1000);
    const at = (seconds: number): number => (epochBaseSeconds + seconds) * 1000;
    for (const [index, step] of steps.entries()) {
      if ('record' in step) window.record(at(step.record.atSeconds), step.record.value);
      else assert.equal(window.average(at(step.averageAt)), step.expect, `step ${index}`);
    }
    return {};
  },
  endpointResolver: forwarded,
};

/** Features of the add-on that Sluice does not have, by kind. */
const notBuilt: Readonly<Record<string, string>> = {
  key: 'the router keeps a sorted list of rules, not a table by key',
  ruleKeys: 'the router keeps a sorted list of rules, not a table by key',
  wildcards: 'the router compares suffixes, it lists no candidates',
  placeholder: 'while nothing is ready a request is held; there is no placeholder answer',
  configMapKeyFromPath: 'there is no placeholder answer from a ConfigMap',
  staticRouting: 'there are no static routes',
  matchStaticRoute: 'there are no static routes',
  httpsoTimeouts: 'HTTPScaledObject, the older kind of the add-on, is not read',
  appProtocol: 'the gateway speaks HTTP/1.1 to replicas, not h2c',
};

/** Why a case cannot be run here; null when it can. */
function whyNot({ input, kind }: HttpCase): string | null {
  const reason = notBuilt[kind];
  if (reason !== undefined) return reason;
  if (kind === 'route' && input.routes.some(({ created }) => created !== undefined))
    return 'routes have no creation time; of equal rules the earlier in the configuration wins';
  if (kind !== 'endpointResolver') return null;
  if (input.fallback) return 'there is no fallback service';
  return input.coldStartHeader ? null : 'the cold start header cannot be switched off';
}

if (file === null || !existsSync(file)) {
  const skip = 'SLUICE_CONFORMANCE does not point at a folder with this file';
  test('conformance: http-add-on.json', { skip }, () => {});
} else {
  const parsed: { readonly cases: readonly HttpCase[] } = JSON.parse(readFileSync(file, 'utf8'));
  for (const [kind, cases = []] of Object.entries(Object.groupBy(parsed.cases, (item) => item.kind))) {
    test(`conformance: http-add-on.json, ${kind}`, async (t) => {
      let passed = 0;
      const reasons = new Map<string, number>();
      for (const item of cases) {
        const name = `${item.id} ${item.note}`;
        const reason = whyNot(item);
        if (reason !== null) {
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
          await t.test(name, { skip: reason }, () => {});
          continue;
        }
        await t.test(name, async () => {
          const got = await kinds[kind]?.(item.input);
          assert.deepEqual(got, item.expect);
          passed += 1;
        });
      }
      const left = [...reasons].map(([reason, count]) => `, ${count} not built: ${reason}`).join('');
      t.diagnostic(`${kind}: ${passed}/${cases.length} passed${left}`);
    });
  }
}
