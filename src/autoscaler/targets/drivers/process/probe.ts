import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { ReplicaAddress } from '../../../../contract/load.ts';
import type { Clock } from '../../../../platform/clock.ts';
import { followSignal } from '../../../../platform/follow-signal.ts';
import type { Probe, ProbeAction } from '../../../manifests/deployment.ts';

/** Whom a probe asks, and how; the same for every kind of probe. */
export interface ProbeSubject {
  readonly probe: Probe;
  readonly address: ReplicaAddress;
  /** For `exec` probes. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string | undefined;
  readonly clock: Clock;
  /** Ends whatever is under way; its result then means nothing. */
  readonly signal: AbortSignal;
}

/**
 * Asks once. Any failure counts, time-out included.
 *
 * @returns null when it passed, else what was asked and what came instead, such as `GET /healthz answered 503`.
 */
export async function askProbe(subject: ProbeSubject): Promise<string | null> {
  const { clock, probe } = subject;
  const over = new AbortController();
  const unfollow = followSignal(subject.signal, over);
  let isLate = false;
  const late = (): void => {
    isLate = true;
    over.abort();
  };
  const cancel = clock.schedule(probe.timeoutMs, late, { background: true });
  try {
    const failure = await ask(subject, over.signal);
    if (failure === null) return null;
    const { question, outcome } = failure;
    return `${question} ${isLate ? `gave no answer within ${probe.timeoutMs / 1000} s` : outcome}`;
  } finally {
    cancel();
    unfollow();
  }
}

interface Failure {
  readonly question: string;
  readonly outcome: string;
}

function ask(subject: ProbeSubject, signal: AbortSignal): Promise<Failure | null> {
  const { action } = subject.probe;
  switch (action.kind) {
    case 'http':
      return askHttp(action, subject.address, signal);
    case 'tcp':
      return askConnect(whereOf(action, subject.address), signal);
    case 'exec':
      return askCommand(action.command, subject, signal);
  }
}

type Where = { readonly host: string; readonly port: number } | { readonly path: string };

function whereOf({ port }: { readonly port: 'serving' | number }, address: ReplicaAddress): Where {
  if (port !== 'serving') return { host: '127.0.0.1', port };
  return address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
}

const causeOf = (error: NodeJS.ErrnoException): string => `failed with ${error.code ?? error.message}`;

function askHttp(
  action: ProbeAction & { readonly kind: 'http' },
  address: ReplicaAddress,
  signal: AbortSignal,
): Promise<Failure | null> {
  const where = whereOf(action, address);
  const question = `GET ${action.path}`;
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
      // The status has decided; what becomes of the body does not matter.
      response.once('error', () => undefined);
      const status = response.statusCode ?? 0;
      // As the kubelet: any status from 200 to 399.
      resolve(status >= 200 && status < 400 ? null : { question, outcome: `answered ${status}` });
    });
    asked.once('error', (error) => resolve({ question, outcome: causeOf(error) }));
    asked.end();
  });
}

function askConnect(where: Where, signal: AbortSignal): Promise<Failure | null> {
  const question = 'path' in where ? 'connecting to its socket' : `connecting to port ${where.port}`;
  return new Promise((resolve) => {
    const socket = connect(where);
    const answer = (failure: Failure | null): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(failure);
    };
    const onAbort = (): void => answer({ question, outcome: 'was given up' });
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => answer(null));
    socket.once('error', (error) => answer({ question, outcome: causeOf(error) }));
  });
}

function askCommand(
  command: readonly string[],
  { environment, workingDir }: ProbeSubject,
  signal: AbortSignal,
): Promise<Failure | null> {
  const [program, ...rest] = command;
  if (program === undefined)
    return Promise.resolve({ question: 'an empty command', outcome: 'cannot be run' });
  const question = `"${command.join(' ')}"`;
  return new Promise((resolve) => {
    const child = spawn(program, rest, {
      stdio: 'ignore',
      env: environment,
      ...(workingDir === undefined ? {} : { cwd: workingDir }),
      signal,
      killSignal: 'SIGKILL',
    });
    child.once('error', (error) => resolve({ question, outcome: causeOf(error) }));
    child.once('exit', (code, ended) =>
      resolve(
        code === 0
          ? null
          : { question, outcome: ended === null ? `exited with code ${code}` : `was ended by ${ended}` },
      ),
    );
  });
}
