import { oneMetricTrigger, type CataloguedTrigger } from '../../catalogued-trigger.ts';
import type { Trigger, TriggerDependencies } from '../../trigger.ts';
import { askHttp } from '../http/ask-http.ts';
import { basicAuth } from '../http/basic-auth.ts';
import { createOauthToken } from '../http/oauth-token.ts';
import { readQueue, readQueuePage } from './queue-numbers.ts';
import { queuePlace, queueUrl } from './queue-url.ts';
import { queueValue } from './queue-value.ts';
import type { RabbitAccess } from './rabbit-access.ts';

/** Asks the HTTP API of the management plugin; connects with every question. */
export function createHttpTrigger(
  trigger: CataloguedTrigger,
  { password, tls, url, user }: RabbitAccess,
  mode: string,
  dependencies: TriggerDependencies,
): Trigger {
  const { activationThreshold, values } = trigger;
  const useRegex = values.flag('useRegex');
  const address = new URL(
    queueUrl({
      origin: url.origin,
      place: queuePlace(url.pathname, values.text('vhostName')),
      queueName: values.text('queueName'),
      regex: useRegex ? { pageSize: values.number('pageSize') } : null,
    }),
  );
  const token =
    values.text('oauthTokenURI') === ''
      ? null
      : createOauthToken(
          {
            tokenUrl: values.text('oauthTokenURI'),
            clientId: values.text('clientID'),
            clientSecret: values.text('clientSecret'),
            scopes: values.list('scopes'),
            endpointParams: Object.fromEntries(
              new URLSearchParams(dependencies.authParams['endpointParams'] ?? ''),
            ),
          },
          { tls, fetch: dependencies.fetch },
        );
  const authorization = async (nowMs: number, signal: AbortSignal): Promise<Record<string, string>> => {
    if (token) return { authorization: `Bearer ${await token(nowMs, signal)}` };
    return user === '' && password === '' ? {} : { authorization: basicAuth(user, password) };
  };
  return oneMetricTrigger('rabbitmq', trigger, async (nowMs, signal) => {
    const answer = await askHttp(
      {
        what: `RabbitMQ at ${url.origin}`,
        url: address,
        headers: await authorization(nowMs, signal),
        tls,
        timeoutMs: values.number('timeout') || 3000,
        secrets: [password, values.text('clientSecret')],
        fetch: dependencies.fetch,
      },
      signal,
    );
    const numbers = useRegex ? readQueuePage(answer, values.text('operation')) : readQueue(answer);
    return queueValue(numbers, {
      mode,
      activationValue: activationThreshold,
      excludeUnacknowledged: values.flag('excludeUnacknowledged'),
    });
  });
}
