import { AppError } from '../../../../contract/app-error.ts';
import type { TriggerValues } from '../../catalogue/trigger-values.ts';
import type { TriggerDependencies } from '../../trigger.ts';
import { createOauthToken } from '../http/oauth-token.ts';
import type { KafkaLogin } from './open-kafka.ts';

const mechanisms = {
  plaintext: 'plain',
  scram_sha256: 'scram-sha-256',
  scram_sha512: 'scram-sha-512',
} as const;
const isMechanism = (text: string): text is keyof typeof mechanisms => Object.hasOwn(mechanisms, text);
const tokenTimeoutMs = 3000;

/** @throws AppError `unsupported` for Kerberos and for tokens of a cloud. */
export function kafkaLogin(values: TriggerValues, dependencies: TriggerDependencies): KafkaLogin {
  const { clock, fetch, index, target } = dependencies;
  const sasl = values.text('sasl');
  if (sasl === '' || sasl === 'none') return { kind: 'none' };
  const username = values.text('username');
  const password = values.text('password');
  if (isMechanism(sasl)) return { kind: mechanisms[sasl], username, password };
  if (sasl === 'oauthbearer' && values.text('saslTokenProvider') !== 'aws_msk_iam') {
    const token = createOauthToken(
      {
        tokenUrl: values.text('oauthTokenEndpointUri'),
        clientId: username,
        clientSecret: password,
        scopes: values
          .text('scopes')
          .split(',')
          .filter((scope) => scope !== ''),
        endpointParams: {},
      },
      { tls: null, fetch },
    );
    return { kind: 'oauthbearer', token: () => token(clock.now(), AbortSignal.timeout(tokenTimeoutMs)) };
  }
  throw new AppError(
    'unsupported',
    `Trigger ${index} of ${target} signs in by ${sasl === 'gssapi' ? 'gssapi (Kerberos)' : 'aws_msk_iam'}, which Sluice does not speak. Use plaintext, scram_sha256, scram_sha512 or oauthbearer.`,
    { param: `spec.triggers[${index}].metadata.sasl` },
  );
}
