import * as z from 'zod';
import { metadataSchema, type ManifestSource } from './metadata-schema.ts';

const reference = z.object({ parameter: z.string().min(1), name: z.string().min(1), key: z.string().min(1) });

/** `keda.sh/v1alpha1` TriggerAuthentication and ClusterTriggerAuthentication: the sources that exist on one machine. */
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
      podIdentity: z.object({ provider: z.string().nullish() }).nullish(),
    })
    .loose(),
});

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
}

/** Sources that need a cloud or a vault: recognised, so that the message can say so. */
const elsewhere = [
  'hashiCorpVault',
  'azureKeyVault',
  'gcpSecretManager',
  'awsSecretManager',
  'boundServiceAccountToken',
  'filePath',
  'oauth2',
];

export function toTriggerAuthentication(
  manifest: z.infer<typeof triggerAuthenticationSchema>,
  kind: TriggerAuthenticationSpec['kind'],
  source: ManifestSource,
  complain: (path: readonly PropertyKey[], message: string, severity?: 'warning') => void,
): TriggerAuthenticationSpec {
  const { metadata, spec } = manifest;
  for (const name of elsewhere) {
    if (spec[name] !== undefined) {
      complain(
        ['spec', name],
        'this source of secrets is not read here; use secretTargetRef, configMapTargetRef or env',
      );
    }
  }
  const provider = spec.podIdentity?.provider ?? 'none';
  if (provider !== 'none') {
    complain(
      ['spec', 'podIdentity', 'provider'],
      `expected none, received "${provider}"; there are no pod identities on one machine`,
    );
  }
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
  };
}
