import * as z from 'zod';

/** Bounds of a whole number with its unit in the key's name. */
const whole = (min: number, max: number) => z.number().int().min(min).max(max);
const url = z.url({ protocol: /^https?$/, error: 'expected an http or https URL' });
const sha256Hex = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected the sha-256 of the key as 64 hexadecimal digits');

const ApiKey = z.strictObject({
  sha256: sha256Hex.describe('sha-256 of the key, so that the file holds no secret'),
  tenant: z.string().min(1).max(64).describe('whose documents the key opens'),
  subject: z.string().min(1).max(64).describe('whose conversations the key opens'),
});

const Model = z.strictObject({
  provider: z
    .enum(['auto', 'none', 'openai-compatible', 'ollama'])
    .default('auto')
    .describe(
      'auto: model.baseUrl or OPENAI_API_KEY/OPENAI_BASE_URL where set, else none; none: answers are extracts; ollama: the Ollama of this machine',
    ),
  baseUrl: url
    .nullable()
    .default(null)
    .describe('OpenAI-compatible endpoint, for example http://127.0.0.1:11434/v1'),
  apiKey: z.string().min(1).nullable().default(null).describe('sent as a bearer token; null sends none'),
  name: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('model name; null takes the first one the endpoint lists'),
  temperature: z.number().min(0).max(2).default(0.2).describe('0 repeats itself, 2 is wild'),
  maxTokens: whole(16, 32_768).default(1024).describe('longest written answer, in tokens'),
  firstByteTimeoutMs: whole(100, 3_600_000).default(60_000).describe('how long the model may take to begin'),
});

const EmbedderConfig = z.strictObject({
  baseUrl: url.nullable().default(null).describe('OpenAI-compatible endpoint; null keeps retrieval lexical'),
  apiKey: z.string().min(1).nullable().default(null).describe('sent as a bearer token; null sends none'),
  name: z.string().min(1).nullable().default(null).describe('embedding model; needed with embedder.baseUrl'),
  dimensions: whole(1, 8192)
    .nullable()
    .default(null)
    .describe('vector length asked for; null takes what the model gives'),
  timeoutMs: whole(100, 600_000).default(30_000).describe('longest wait for one batch'),
});

/** A file; null where there is none. */
const pemFile = z.string().min(1).nullable().default(null);

/** YAML reads 2.20 without quotes as the number 2.2. */
const release = <const Releases extends readonly [string, ...string[]]>(...releases: Releases) =>
  z.enum(releases, {
    error: `expected ${releases.map((name) => `"${name}"`).join(' or ')}, in quotes`,
  });

const hostPattern = z
  .string()
  .regex(
    /^(?:\*|(?:\*\.)?[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*)$/u,
    'expected a host name without scheme and port, such as docs.example, *.example or *',
  );

const GatewayConfig = z.strictObject({
  allowedHosts: z
    .array(hostPattern)
    .default([])
    .describe(
      'further names this Sluice is asked by, as in docs.example behind a proxy; on loopback, requests by other names than localhost and from pages of other sites are refused',
    ),
  maxPending: whole(0, 1_000_000)
    .default(1000)
    .describe('requests held at once; 0 holds none and answers 503'),
  maxPendingBytes: whole(0, 1_073_741_824)
    .default(67_108_864)
    .describe('announced body bytes of all held requests'),
  holdTimeoutMs: whole(1, 3_600_000).default(60_000).describe('longest hold; then 504'),
  responseHeaderTimeoutMs: whole(1, 3_600_000)
    .default(300_000)
    .describe('longest wait for the first header of a replica; then 504'),
  coldStartHeader: z
    .boolean()
    .default(true)
    .describe('whether answers say in x-keda-http-cold-start if they waited for a replica to start'),
});

const ReplicaConfig = z.strictObject({
  slots: whole(1, 1000)
    .default(4)
    .describe('requests one replica answers at once; a Deployment may say otherwise'),
});

const AutoscalerConfig = z.strictObject({
  policy: z
    .enum(['instant', 'keda'])
    .default('instant')
    .describe('instant: decided on every arrival; keda: exactly what a cluster would do'),
  extraReplicaIdleMs: whole(0, 86_400_000)
    .default(5000)
    .describe(
      'policy instant: how long a replica beyond the first stays without work; at least as long as its start took',
    ),
  maxStartsAtOnce: whole(1, 1000)
    .nullable()
    .default(null)
    .describe('replicas starting at once; null: one a core'),
  externalScalerHost: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe("address of the gRPC server that tells KEDA of the gateway's requests"),
  externalScalerPort: whole(0, 65_535)
    .nullable()
    .default(null)
    .describe('its port, for external-push triggers; null: no such server'),
  externalScalerCertFile: pemFile.describe(
    'certificate it shows, as PEM, with those between it and its authority; null: no TLS. Read again every minute',
  ),
  externalScalerKeyFile: pemFile.describe('key of that certificate, as PEM without a password'),
  externalScalerClientCaFile: pemFile.describe(
    'its clients must show a certificate of this authority (tlsClientCert of the trigger); null: anybody may call',
  ),
  hpaSyncPeriodMs: whole(100, 3_600_000)
    .default(15_000)
    .describe(
      'policy keda: from the end of one sync of the HPA to the next, as --horizontal-pod-autoscaler-sync-period of a cluster',
    ),
  hpaPhaseMs: whole(0, 3_600_000)
    .nullable()
    .default(null)
    .describe(
      'policy keda: from the start, when KEDA polls first, to the first sync of the HPA; null: one sync period. On a cluster it is anything',
    ),
  kubernetes: release('1.32', '1.33', '1.37')
    .default('1.37')
    .describe(
      'policy keda: whose HPA is imitated. 1.32 does not know behavior.scaleUp.tolerance and scaleDown.tolerance; the other two decide alike',
    ),
  keda: release('2.20', '2.21')
    .default('2.20')
    .describe(
      'policy keda: whose poll is imitated. From 2.21 on it takes the values that the HPA fetched where only the HPA decides: the same counts, fewer questions to the sources',
    ),
  freezeTrap: z
    .boolean()
    .default(true)
    .describe(
      'policy keda: whether a trigger that cannot be connected holds up its whole ScaledObject, as in KEDA; false: an error of its own, which fallback answers',
    ),
  scrapeIntervalMs: whole(100, 3_600_000)
    .default(5000)
    .describe('how often the embedded metrics store scrapes'),
});

const IngestionConfig = z.strictObject({
  maxDocumentBytes: whole(1, 4_294_967_296).default(67_108_864).describe('largest file that is taken'),
  maxTextCharacters: whole(1, 1_000_000_000).default(20_000_000).describe('longest extracted text'),
  maxPages: whole(1, 1_000_000).default(5000).describe('most pages of one document'),
  parseTimeoutMs: whole(100, 3_600_000).default(120_000).describe('longest parse of one document'),
});

const TimeseriesConfig = z.strictObject({
  retentionMs: whole(60_000, 31_536_000_000)
    .default(3_600_000)
    .describe('how far back the embedded store reaches'),
  maxSeries: whole(1, 1_000_000).default(5000).describe('series kept at once; the oldest goes first'),
  scrape: z
    .array(
      z
        .string()
        .regex(
          /^(?:[A-Za-z_][\w.-]*=)?https?:\/\/[^\s/]+\S*$/,
          'expected a page such as docs=http://127.0.0.1:9000/metrics, the label job before the =',
        ),
    )
    .default([])
    .describe(
      'further pages for the embedded store, in the text format of Prometheus or as OpenMetrics, each as job=http://host:port/metrics',
    ),
});

/**
 * Everything that can be set, from `sluice.yaml`, `SLUICE_*` and flags in rising order. Every key has a unit in its
 * name, a range and a default here; `docs/configuration.md` is made from this schema.
 */
export const SluiceConfig = z.strictObject({
  dataDir: z.string().min(1).default('.sluice').describe('folder for documents, index and conversations'),
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('address of the public listener; 0.0.0.0 opens it to the network'),
  port: whole(0, 65_535).default(8080).describe('port of the public listener; 0 takes a free one'),
  adminHost: z.string().min(1).default('127.0.0.1').describe('address of the admin listener'),
  adminPort: whole(0, 65_535).default(8081).describe('port of the admin listener; 0 takes a free one'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('lowest level that is written'),
  documents: z
    .array(z.string().min(1))
    .nullable()
    .default(null)
    .describe(
      'folders kept in step with the index at start; null: the examples, as long as there is no other document',
    ),
  collection: z.string().min(1).max(128).default('default').describe('collection of those folders'),
  apiKeys: z.array(ApiKey).default([]).describe('without any, every request is the local anonymous one'),
  model: Model.prefault({}),
  embedder: EmbedderConfig.prefault({}),
  gateway: GatewayConfig.prefault({}),
  replica: ReplicaConfig.prefault({}),
  autoscaler: AutoscalerConfig.prefault({}),
  ingestion: IngestionConfig.prefault({}),
  timeseries: TimeseriesConfig.prefault({}),
});
export type SluiceConfig = z.infer<typeof SluiceConfig>;
