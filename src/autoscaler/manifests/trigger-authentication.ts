import * as z from 'zod';
import { metadataSchema, type ManifestSource } from './metadata-schema.ts';

const reference = z.object({ parameter: z.string().min(1), name: z.string().min(1), key: z.string().min(1) });

/** `keda.sh/v1alpha1` TriggerAuthentication and ClusterTriggerAuthentication. */
export const triggerAuthenticationSchema = z.object({
  metadata: metadataSchema,
  spec: z
    .object({
      secretTargetRef: z.array(reference).nullish(),
      configMapTargetRef: z.array(reference).nullish(),
      env: z
        .array(
          z.object({
            parameter: z.string().min(1),
            name: z.string().min(1),
            containerName: z.string().nullish(),
          }),
        )
        .nullish(),
      filePath: z.string().nullish(),
      podIdentity: z
        .object({
          provider: z.string().nullish(),
          identityId: z.string().nullish(),
          identityTenantId: z.unknown().optional(),
          identityAuthorityHost: z.unknown().optional(),
          identityOwner: z.string().nullish(),
          roleArn: z.string().nullish(),
          externalID: z.string().nullish(),
        })
        .nullish(),
      oauth2: z
        .object({
          type: z.string().nullish(),
          clientId: z.string().nullish(),
          tokenUrl: z.string().nullish(),
          clientSecret: z.unknown().optional(),
          scopes: z.unknown().optional(),
          tokenUrlParams: z.unknown().optional(),
        })
        .nullish(),
      hashiCorpVault: z.unknown().optional(),
      azureKeyVault: z.unknown().optional(),
      gcpSecretManager: z.unknown().optional(),
      awsSecretManager: z.unknown().optional(),
      boundServiceAccountToken: z.unknown().optional(),
    })
    .loose(),
});
type TriggerAuthenticationManifest = z.infer<typeof triggerAuthenticationSchema>;

/** Sources of auth parameters, in KEDA's order of rising precedence: env, then config maps, then secrets. */
export interface TriggerAuthenticationSpec {
  readonly kind: 'TriggerAuthentication' | 'ClusterTriggerAuthentication';
  readonly name: string;
  readonly namespace: string;
  readonly source: ManifestSource;
  readonly env: readonly {
    readonly parameter: string;
    readonly name: string;
    readonly containerName: string | null;
  }[];
  readonly objects: readonly {
    readonly kind: 'ConfigMap' | 'Secret';
    readonly parameter: string;
    readonly name: string;
    readonly key: string;
  }[];
  /** A JSON file of parameters, read beneath the others; only of the cluster kind. */
  readonly filePath?: string | null;
  /** `podIdentity.provider`. @defaultValue 'none' */
  readonly podIdentity?: string;
}

type Complain = (rule: string, path: readonly PropertyKey[], message: string) => void;

/** Sources that need a cloud, a vault or a cluster: recognised, so that the message can say so. */
const elsewhere: Readonly<Record<string, string>> = {
  hashiCorpVault: 'HashiCorp Vault',
  azureKeyVault: 'Azure Key Vault',
  gcpSecretManager: 'Google Secret Manager',
  awsSecretManager: 'AWS Secrets Manager',
  boundServiceAccountToken: 'tokens of a service account',
  oauth2: 'tokens of an OAuth2 server',
};
const providers = ['none', 'azure-workload', 'aws', 'aws-eks', 'gcp'];

export function toTriggerAuthentication(
  manifest: TriggerAuthenticationManifest,
  kind: TriggerAuthenticationSpec['kind'],
  source: ManifestSource,
  complain: Complain,
): TriggerAuthenticationSpec {
  const { metadata, spec } = manifest;
  for (const [name, what] of Object.entries(elsewhere)) {
    if (spec[name] === undefined || spec[name] === null) continue;
    complain(
      'here-secrets',
      ['spec', name],
      `${what}: only a cluster reads this. Here use secretTargetRef, configMapTargetRef or env`,
    );
  }
  const provider = spec.podIdentity?.provider || 'none';
  if (!providers.includes(provider)) {
    complain(
      'schema',
      ['spec', 'podIdentity', 'provider'],
      `expected one of ${providers.join(', ')}, received "${provider}"`,
    );
  } else if (provider !== 'none') {
    complain(
      'here-secrets',
      ['spec', 'podIdentity', 'provider'],
      `expected none, received "${provider}"; there are no pod identities on one machine`,
    );
  }
  if (spec.filePath && kind === 'TriggerAuthentication') {
    complain(
      'keda-authentication',
      ['spec', 'filePath'],
      'expected none: only a ClusterTriggerAuthentication may name a file',
    );
  }
  identityProblems(spec.podIdentity ?? {}, complain);
  oauthProblems(spec.oauth2 ?? null, complain);
  return {
    kind,
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    source,
    env: (spec.env ?? []).map((entry) => ({ ...entry, containerName: entry.containerName || null })),
    objects: [
      ...(spec.configMapTargetRef ?? []).map((ref) => ({ kind: 'ConfigMap' as const, ...ref })),
      ...(spec.secretTargetRef ?? []).map((ref) => ({ kind: 'Secret' as const, ...ref })),
    ],
    filePath: spec.filePath || null,
    podIdentity: provider,
  };
}

type Identity = NonNullable<TriggerAuthenticationManifest['spec']['podIdentity']>;

function identityProblems(identity: Identity, complain: Complain): void {
  const path = ['spec', 'podIdentity'];
  const rule = 'keda-authentication';
  if (identity.provider === 'azure-workload' && identity.identityId === '') {
    complain(
      rule,
      [...path, 'identityId'],
      'expected the id of an identity, received an empty text; leave it out for the default',
    );
  }
  if (identity.provider !== 'aws' && identity.provider !== 'aws-eks') return;
  if (identity.roleArn && identity.identityOwner === 'workload') {
    complain(
      rule,
      [...path, 'roleArn'],
      'cannot be given together with identityOwner: workload, which has a role of its own',
    );
  }
  if (identity.externalID && !identity.roleArn) {
    complain(
      rule,
      [...path, 'externalID'],
      'needs roleArn: an external id belongs to the role that is taken on',
    );
  }
}

function oauthProblems(
  oauth: TriggerAuthenticationManifest['spec']['oauth2'] | null,
  complain: Complain,
): void {
  if (!oauth) return;
  const path = ['spec', 'oauth2'];
  const rule = 'keda-authentication';
  const type = oauth.type ?? 'clientCredentials';
  if (type !== 'clientCredentials') {
    complain(rule, [...path, 'type'], `expected clientCredentials, received "${type}"`);
  }
  if (!oauth.clientId) complain(rule, [...path, 'clientId'], 'expected a client id, received nothing');
  if (!oauth.tokenUrl || !URL.canParse(oauth.tokenUrl)) {
    complain(
      rule,
      [...path, 'tokenUrl'],
      `expected a URL, received ${oauth.tokenUrl ? `"${oauth.tokenUrl}"` : 'nothing'}`,
    );
  }
}
