import { rabbitProtocol, rabbitTarget } from '../catalogue/rabbitmq-settings.ts';
import { cataloguedTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import type { TlsParameters } from './net/tls-parameters.ts';
import { createAmqpTrigger } from './rabbitmq/amqp-trigger.ts';
import { createHttpTrigger } from './rabbitmq/http-trigger.ts';

/**
 * Length or rates of a queue, over AMQP (ready messages only) or over the HTTP API of the management plugin.
 *
 * @see https://keda.sh/docs/latest/scalers/rabbitmq-queue/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const host = values.text('host');
  const protocol = rabbitProtocol(values.text('protocol'), host);
  const scheme = protocol === 'http' ? /^https?:\/\/[^/]/i : /^amqps?:\/\/[^/]/i;
  if (!scheme.test(host) || !URL.canParse(host)) {
    // The text may hold a password: it is not repeated.
    throw triggerProblems(spec, dependencies, [
      `host: expected a URL such as ${protocol === 'http' ? 'http://rabbitmq:15672' : 'amqp://rabbitmq:5672'}/vhost`,
    ]);
  }
  const url = new URL(host);
  const user = values.text('username') || decodeURIComponent(url.username);
  const password = values.text('password') || decodeURIComponent(url.password);
  const hasTls = values.text('tls') === 'enable';
  const own = (name: string): string | null => (hasTls ? values.text(name) || null : null);
  const tls: TlsParameters = {
    ca: own('ca'),
    cert: own('cert'),
    key: own('key'),
    keyPassword: own('keyPassword'),
    // As in KEDA: over AMQP this one, too, counts only where `tls` is enabled.
    unsafeSsl: values.flag('unsafeSsl') && (hasTls || protocol === 'http'),
  };
  const access = { url, user, password, tls };
  return protocol === 'http'
    ? createHttpTrigger(trigger, access, rabbitTarget(values).mode, dependencies)
    : createAmqpTrigger(trigger, access);
};
