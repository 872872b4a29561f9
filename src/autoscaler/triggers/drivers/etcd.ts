import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import { keepConnection } from '../kept-connection.ts';
import type { CreateTrigger } from '../trigger.ts';
import { parseDecimal } from '../values/decimal.ts';
import { reasonOf } from '../without-secrets.ts';
import { createEtcdClient, etcdTimeoutMs, type EtcdLogin } from './etcd/etcd-client.ts';
import { tlsOf } from './net/tls-of.ts';

const firstRetryMs = 2000;
const maxRetryMs = 60_000;

/**
 * The value of a key as a number. It is also watched: a change to more than the activation value says at once that
 * there is work. With a user, KEDA signs in while it builds the scaler: that nobody is there is then an error of building.
 *
 * @see https://keda.sh/docs/latest/scalers/etcd/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { activationThreshold, values } = trigger;
  const { clock, logger, target } = dependencies;
  const isTls = values.text('tls') === 'enable';
  const endpoints = values
    .list('endpoints')
    .map((text) => (/^https?:\/\//i.test(text) ? text : `${isTls ? 'https' : 'http'}://${text}`));
  if (!endpoints.every((text) => URL.canParse(text))) {
    throw triggerProblems(spec, dependencies, [
      `endpoints: expected host:port, received "${values.list('endpoints').join(',')}"`,
    ]);
  }
  const client = createEtcdClient({
    endpoints: endpoints.map((endpoint) => new URL(endpoint)),
    username: values.text('username'),
    password: values.text('password'),
    tls: isTls ? tlsOf(values) : null,
    fetch: dependencies.fetch,
  });
  const key = values.text('watchKey');
  const timeoutMs = etcdTimeoutMs * endpoints.length;
  const session =
    values.text('username') === ''
      ? null
      : keepConnection({
          what: `etcd at ${endpoints.join(', ')}`,
          open: async (signal) => ({
            login: await client.login(signal),
            // Tokens end by themselves.
            [Symbol.asyncDispose]: () => Promise.resolve(),
          }),
          openTimeoutMs: timeoutMs,
          askTimeoutMs: timeoutMs,
          secrets: [values.text('password')],
        });

  const read = async (login: EtcdLogin, signal: AbortSignal): Promise<number> => {
    const value = await client.get(key, login, signal);
    if (value === null) throw new AppError('upstream-failed', `etcd has no key ${key}.`);
    const number = parseDecimal(value);
    if (number !== null) return number;
    throw new AppError(
      'upstream-failed',
      `The key ${key} of etcd holds "${value.slice(0, 80)}", expected a number.`,
    );
  };
  return {
    ...oneMetricTrigger(
      'etcd',
      trigger,
      (_nowMs, signal) =>
        session ? session.ask(signal, ({ login }) => read(login, signal)) : read({}, signal),
      session,
    ),
    watch: async ({ onActive }, signal) => {
      let retryMs = firstRetryMs;
      while (!signal.aborted) {
        try {
          await client.watch(
            key,
            (value) => {
              retryMs = firstRetryMs;
              // What is no number counts as 0 here, as in KEDA.
              if ((parseDecimal(value) ?? 0) > activationThreshold) onActive();
            },
            signal,
          );
        } catch (error) {
          if (signal.aborted) return;
          const reason = reasonOf(error, [values.text('password')]);
          logger.debug({ event: 'trigger-watch-broken', target, type: 'etcd', reason });
        }
        // An abort ends the wait and the loop.
        await clock.sleep(retryMs, signal).catch(() => {});
        retryMs = Math.min(2 * retryMs, maxRetryMs);
      }
    },
  };
};
