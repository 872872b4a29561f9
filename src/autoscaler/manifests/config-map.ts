import * as z from 'zod';
import type { ConfigMapSpec } from './deployment.ts';
import { metadataSchema, stringMapSchema, type ManifestSource } from './metadata-schema.ts';

/** ConfigMap and Secret have the same shape here. `binaryData` is not text and left out. */
export const configMapSchema = z.object({
  metadata: metadataSchema,
  data: stringMapSchema.nullish(),
  stringData: stringMapSchema.nullish(),
});

export function toConfigMap(
  manifest: z.infer<typeof configMapSchema>,
  kind: ConfigMapSpec['kind'],
  source: ManifestSource,
  complain: (path: readonly PropertyKey[], message: string) => void,
): ConfigMapSpec {
  const { metadata } = manifest;
  let data: Record<string, string> = { ...manifest.data };
  if (kind === 'Secret') {
    for (const [key, value] of Object.entries(data)) {
      const encoded = value.replace(/\s/g, '');
      if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)) {
        complain(['data', key], 'expected base64; write plain text under stringData instead');
      }
      data[key] = Buffer.from(encoded, 'base64').toString('utf8');
    }
    data = { ...data, ...manifest.stringData };
  }
  return {
    kind,
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    labels: metadata.labels ?? {},
    source,
    data,
  };
}
