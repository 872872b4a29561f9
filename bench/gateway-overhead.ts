import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchFigure, BenchReport } from './report.ts';
import { median, percentile } from './statistics.ts';

/** Ends the body, so that the load generator knows a response is complete without parsing it. */
const sentinel = '<END>';
const responseBody = `${'x'.repeat(1024 - sentinel.length)}${sentinel}`;
const requestBytes = 'GET /v1/echo?x=1 HTTP/1.1\r\nHost: bench.example\r\nAccept: */*\r\n\r\n';
const rounds = 5;
const roundMs = 380;
const connections = 32;

interface Contestant {
  readonly name: string;
  readonly port: number;
  readonly child: ChildProcess;
}

interface Round {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/**
 * What a request costs through the gateway, beside no proxy at all, and nginx and haproxy where they are installed.
 * Takes about 17 seconds.
 */
export async function run(): Promise<BenchReport> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const contestants: Contestant[] = [];
  try {
    const upstream = await startRole('upstream', 'direct', []);
    contestants.push(upstream);
    contestants.push(await startRole('gateway', 'gateway', [String(upstream.port)]));
    for (const start of [startNginx, startHaproxy]) {
      const proxy = await start(directory, upstream.port);
      if (proxy) contestants.push(proxy);
    }
    const idleMiB = await residentMiB(contestants);
    const busy = await measure(contestants, connections);
    const single = await measure(contestants, 1);
    return {
      scenario: 'gateway-overhead',
      figures: [...figuresOf(busy, single), ...(await memoryFigures(contestants, idleMiB))],
      notes: [
        `${rounds} alternating rounds of ${roundMs} ms each, medians; 1 KiB response; load generator, proxy and upstream are three processes that share this machine's cores, so compare ratios, not absolutes.`,
        'nginx and haproxy run one worker or thread, keep connections to the upstream and buffer no response; the gateway is one process by nature. The gateway counts, routes, meters slots and adds four headers besides.',
        ...['nginx', 'haproxy']
          .filter((name) => !contestants.some((contestant) => contestant.name === name))
          .map((name) => `${name} is not installed here and was left out.`),
      ],
    };
  } finally {
    for (const { child } of contestants) child.kill('SIGKILL');
    await rm(directory, { recursive: true });
  }
}

async function measure(contestants: readonly Contestant[], width: number): Promise<Map<string, Round[]>> {
  const results = new Map<string, Round[]>(contestants.map(({ name }) => [name, []]));
  // The first round warms up the code and the connections, and is thrown away.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, port } of contestants) {
      const result = await load(port, width, roundMs);
      if (round > 0) results.get(name)?.push(result);
    }
  }
  return results;
}

/** Keeps `width` connections busy with one request each. */
async function load(port: number, width: number, forMs: number): Promise<Round> {
  const latenciesMs: number[] = [];
  const startMs = performance.now();
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let sentMs = 0;
      let tail = '';
      const ask = (): void => {
        sentMs = performance.now();
        socket.write(requestBytes);
      };
      socket.setNoDelay(true);
      socket.setEncoding('latin1');
      socket.on('connect', ask);
      socket.on('error', reject);
      socket.on('close', () => resolve());
      socket.on('data', (piece: string) => {
        tail = piece.length >= sentinel.length ? piece : tail + piece;
        if (!tail.endsWith(sentinel)) return;
        const nowMs = performance.now();
        latenciesMs.push(nowMs - sentMs);
        if (nowMs - startMs >= forMs) socket.destroy();
        else ask();
      });
    });
  await Promise.all(Array.from({ length: width }, worker));
  return { perSecond: (latenciesMs.length * 1000) / (performance.now() - startMs), latenciesMs };
}

function figuresOf(
  busy: ReadonlyMap<string, readonly Round[]>,
  single: ReadonlyMap<string, readonly Round[]>,
): BenchFigure[] {
  const rate = (name: string): number => median((busy.get(name) ?? []).map(({ perSecond }) => perSecond));
  const latency = (of: ReadonlyMap<string, readonly Round[]>, name: string, ratio: number): number =>
    median((of.get(name) ?? []).map(({ latenciesMs }) => percentile(latenciesMs, ratio)));
  const proxies = [...busy.keys()].filter((name) => name !== 'direct');
  return [
    ...[...busy.keys()].flatMap((name): BenchFigure[] => [
      { name: `${name}: requests/s, ${connections} connections`, value: rate(name), unit: '/s' },
      { name: `${name}: p50, ${connections} connections`, value: latency(busy, name, 0.5), unit: 'ms' },
      { name: `${name}: p99, ${connections} connections`, value: latency(busy, name, 0.99), unit: 'ms' },
      { name: `${name}: p50, 1 connection`, value: latency(single, name, 0.5), unit: 'ms' },
      { name: `${name}: p99, 1 connection`, value: latency(single, name, 0.99), unit: 'ms' },
    ]),
    ...proxies.map((name): BenchFigure => ({
      name: `${name}: added to one request (p50, 1 connection)`,
      value: latency(single, name, 0.5) - latency(single, 'direct', 0.5),
      unit: 'ms',
    })),
    ...[...busy.keys()]
      .filter((name) => name !== 'gateway')
      .map((name): BenchFigure => ({
        name: `ratio gateway / ${name}: requests/s`,
        value: rate('gateway') / rate(name),
      })),
  ];
}

async function memoryFigures(
  contestants: readonly Contestant[],
  idleMiB: ReadonlyMap<string, number>,
): Promise<BenchFigure[]> {
  const afterMiB = await residentMiB(contestants);
  const value = (of: ReadonlyMap<string, number>): number => of.get('gateway') ?? Number.NaN;
  return [
    { name: 'gateway: resident before load (run from source)', value: value(idleMiB), unit: 'MiB' },
    { name: 'gateway: resident after load (run from source)', value: value(afterMiB), unit: 'MiB' },
  ];
}

/** Asks the contestants that are ours. */
async function residentMiB(contestants: readonly Contestant[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const { name, child } of contestants) {
    if (!child.channel) continue;
    child.send('memory');
    const [bytes] = (await once(child, 'message')) as [number];
    found.set(name, bytes / 2 ** 20);
  }
  return found;
}

async function startRole(role: string, name: string, args: readonly string[]): Promise<Contestant> {
  const child = fork(fileURLToPath(import.meta.url), [role, ...args]);
  const [port] = (await once(child, 'message')) as [number];
  return { name, port, child };
}

async function startNginx(directory: string, upstreamPort: number): Promise<Contestant | null> {
  const port = await freePort();
  const config = `daemon off; master_process off; pid ${directory}/nginx.pid; error_log ${directory}/nginx.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  upstream replica { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://replica; proxy_http_version 1.1; proxy_buffering off;
      proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Request-Id $request_id;
    }
  }
}
`;
  await writeFile(join(directory, 'nginx.conf'), config);
  const args = ['-p', directory, '-e', join(directory, 'nginx.log'), '-c', join(directory, 'nginx.conf')];
  return startProxy('nginx', args, port);
}

async function startHaproxy(directory: string, upstreamPort: number): Promise<Contestant | null> {
  const port = await freePort();
  const config = `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
frontend gate
  bind 127.0.0.1:${port}
  default_backend replica
backend replica
  server replica 127.0.0.1:${upstreamPort}
`;
  await writeFile(join(directory, 'haproxy.cfg'), config);
  return startProxy('haproxy', ['-db', '-f', join(directory, 'haproxy.cfg')], port);
}

async function startProxy(name: string, args: readonly string[], port: number): Promise<Contestant | null> {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const binary = places.map((place) => join(place, name)).find((path) => existsSync(path));
  if (binary === undefined) return null;
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}`);
    if (await accepts(port)) return { name, port, child };
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  child.kill('SIGKILL');
  throw new Error(`${name} did not listen within 3 s`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** The other two processes: this file again, with its role as argument. */
async function serve(role: string, upstreamPort: number): Promise<number> {
  if (role === 'upstream') {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': responseBody.length });
      response.end(responseBody);
    });
    server.keepAliveTimeout = 60_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }
  const { createGateway } = await import('../src/gateway/gateway.ts');
  const { systemClock } = await import('../src/platform/clock.ts');
  const { createMetrics } = await import('../src/platform/metrics.ts');
  const { silentLogger } = await import('../src/platform/logger.ts');
  const gateway = await createGateway({
    listen: { host: '127.0.0.1', port: 0 },
    routes: [{ name: 'bench', target: 'bench', rules: [] }],
    metrics: createMetrics({ job: 'sluice' }),
    clock: systemClock,
    logger: silentLogger,
  });
  const address = { kind: 'tcp', host: '127.0.0.1', port: upstreamPort } as const;
  gateway.setReplicas('bench', [
    { id: 'upstream', target: 'bench', address, state: 'ready', slots: connections * 2 },
  ]);
  return gateway.address.kind === 'tcp' ? gateway.address.port : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send) {
  process.on('message', () => process.send?.(process.memoryUsage.rss()));
  process.on('disconnect', () => process.exit(0));
  process.send(await serve(process.argv[2] ?? '', Number(process.argv[3] ?? 0)));
}
