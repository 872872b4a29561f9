import type { TriggerSpec } from '../../../manifests/scaled-object.ts';
import type { TriggerValues } from '../../catalogue/trigger-values.ts';
import type { TriggerDependencies } from '../../trigger.ts';
import { triggerProblems } from '../../trigger-problems.ts';
import { askText, jsonOf } from '../http/ask-text.ts';
import { urlProblem } from '../http/http-auth.ts';
import { awsCredentials } from './aws-credentials.ts';
import { signAws } from './sign-aws.ts';

export interface AwsServiceKind {
  /** As messages call it: `SQS`. */
  readonly title: string;
  /** In addresses and signatures: `sqs`; CloudWatch is `monitoring`. */
  readonly service: string;
  /** First part of its address, where that differs. */
  readonly host?: string;
}

/** A service of AWS in one region; `awsEndpoint` leads to an emulator. */
export interface AwsService {
  /** For messages, without secrets. */
  readonly what: string;
  /** @throws AppError `upstream-failed`. */
  ask(
    question: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
    nowMs: number,
    signal: AbortSignal,
  ): Promise<string>;
  /** An operation such as `AmazonSQS.GetQueueAttributes`, by JSON of the version that the service speaks. */
  askJson(
    operation: { readonly target: string; readonly version: '1.0' | '1.1'; readonly input: unknown },
    nowMs: number,
    signal: AbortSignal,
  ): Promise<unknown>;
}

/** @throws AppError `invalid-argument` for an address that is none, `unsupported` for roles. */
export function awsService(
  { host, service, title }: AwsServiceKind,
  values: TriggerValues,
  spec: TriggerSpec,
  dependencies: TriggerDependencies,
): AwsService {
  const region = values.text('awsRegion');
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const endpoint = values.text('awsEndpoint') || `https://${host ?? service}.${region}.${suffix}`;
  const problems = urlProblem('awsEndpoint', endpoint);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const credentials = awsCredentials(spec, dependencies);
  const what = `${title} at ${new URL(endpoint).origin}`;
  const secrets = [credentials.secretAccessKey, credentials.sessionToken];

  const ask: AwsService['ask'] = async ({ body, headers }, nowMs, signal) => {
    const url = new URL(endpoint);
    const signed = signAws({ url, method: 'POST', headers, body }, { service, region, credentials, nowMs });
    const { text } = await askText(
      { what, url, headers: signed, body, secrets, fetch: dependencies.fetch },
      signal,
    );
    return text;
  };
  return {
    what,
    ask,
    askJson: async ({ input, target, version }, nowMs, signal) => {
      const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target };
      return jsonOf(await ask({ headers, body: JSON.stringify(input) }, nowMs, signal), what);
    },
  };
}
