import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { ReplicaAddress } from '../../../../contract/load.ts';
import type { Clock } from '../../../../platform/clock.ts';
import type { ProbeAction, ReadinessProbe } from '../../../manifests/deployment.ts';

/** Ready once the port accepts connections: what a Deployment without a readiness probe gets. */
export const connectProbe: ReadinessProbe = {
  action: { kind: 'tcp', port: 'serving' },
  initialDelayMs: 0,
  periodMs: 10_000,
  timeoutMs: 1000,
  failureThreshold: 3,
  successThreshold: 1,
};

export interface ReadinessWatch {
  readonly probe: ReadinessProbe;
  readonly address: ReplicaAddress;
  /** For `exec` probes. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string | undefined;
  readonly clock: Clock;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly onChange: (ready: boolean) => void;
}

/** The first question comes this soon: no program listens earlier, and a refused connection costs microseconds. */
const firstProbeMs = 3;

/** Between probes of a replica that is not ready yet: 5 ms at first, rarer for slow starters, at most 250 ms. */
const startingIntervalMs = (elapsedMs: number): number => Math.min(250, 5 + elapsedMs / 100);

/** Probes until the signal aborts; reports only changes. Starts as not ready. */
export async function watchReadiness(watch: ReadinessWatch): Promise<void> {
  const { clock, onChange, probe, signal } = watch;
  let ready = false;
  let inARow = 0;
  const startedMs = clock.monotonic();
  try {
    await clock.sleep(Math.max(firstProbeMs, probe.initialDelayMs), signal);
    for (;;) {
      const passed = await askOnce(watch);
      if (signal.aborted) return;
      inARow = passed === ready ? 0 : inARow + 1;
      if (inARow >= (ready ? probe.failureThreshold : probe.successThreshold)) {
        ready = passed;
        inARow = 0;
        onChange(ready);
      }
      const waitMs = ready ? probe.periodMs : startingIntervalMs(clock.monotonic() - startedMs);
      await clock.sleep(Math.min(waitMs, probe.periodMs), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** One probe. Any failure, time-out included, is "no". */
function askOnce(watch: ReadinessWatch): Promise<boolean> {
  const { action, timeoutMs } = watch.probe;
  const signal = AbortSignal.any([watch.signal, AbortSignal.timeout(timeoutMs)]);
  switch (action.kind) {
    case 'http':
      return askHttp(action, watch.address, signal);
    case 'tcp':
      return askConnect(whereOf(action, watch.address), signal);
    case 'exec':
      return askCommand(action.command, watch, signal);
  }
}

type Where = { readonly host: string; readonly port: number } | { readonly path: string };

function whereOf({ port }: { readonly port: 'serving' | number }, address: ReplicaAddress): Where {
  if (port !== 'serving') return { host: '127.0.0.1', port };
  return address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
}

function askHttp(
  action: ProbeAction & { readonly kind: 'http' },
  address: ReplicaAddress,
  signal: AbortSignal,
): Promise<boolean> {
  const where = whereOf(action, address);
  return new Promise((resolve) => {
    const asked = request({
      ...('path' in where ? { socketPath: where.path } : where),
      path: action.path,
      headers: { host: 'localhost', 'user-agent': 'sluice-probe', ...action.headers, connection: 'close' },
      agent: false,
      signal,
    });
    asked.once('response', (response) => {
      response.resume();
      response.once('error', () => resolve(false));
      const status = response.statusCode ?? 0;
      // As the kubelet: any status from 200 to 399.
      resolve(status >= 200 && status < 400);
    });
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

function askConnect(where: Where, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(where);
    const answer = (passed: boolean): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(passed);
    };
    const onAbort = (): void => answer(false);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

function askCommand(
  command: readonly string[],
  watch: ReadinessWatch,
  signal: AbortSignal,
): Promise<boolean> {
  const [program, ...rest] = command;
  if (program === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(program, rest, {
      stdio: 'ignore',
      env: watch.environment,
      ...(watch.workingDir === undefined ? {} : { cwd: watch.workingDir }),
      signal,
      killSignal: 'SIGKILL',
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
