import type { ReaderComplain } from './check-schema.ts';
import { describeValue } from './metadata-schema.ts';

/** Kinds that are read here, and the API group they are read of; `''` is the core. */
const groups: Readonly<Record<string, string>> = {
  Deployment: 'apps',
  StatefulSet: 'apps',
  ConfigMap: '',
  Secret: '',
  Service: '',
  LimitRange: '',
  HorizontalPodAutoscaler: 'autoscaling',
  ScaledObject: 'keda.sh',
  ScaledJob: 'keda.sh',
  TriggerAuthentication: 'keda.sh',
  ClusterTriggerAuthentication: 'keda.sh',
  InterceptorRoute: 'http.keda.sh',
  HTTPScaledObject: 'http.keda.sh',
};

const kedaKinds = Object.keys(groups).filter((kind) => groups[kind]?.endsWith('keda.sh'));

/** Kinds that neither start anything nor send it requests: a cluster needs them, here they are not worth a word. */
const silentKinds = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'Kustomization',
  'Namespace',
  'NetworkPolicy',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PodDisruptionBudget',
  'PodMonitor',
  'PriorityClass',
  'PrometheusRule',
  'ResourceQuota',
  'Role',
  'RoleBinding',
  'ServiceAccount',
  'ServiceMonitor',
  'StorageClass',
]);

/**
 * Which reader a document is for.
 *
 * @returns a kind that is read here; null for everything else, about which it has complained where that helps: a file of
 * something else than Kubernetes is left out with a word, a slip in the name of one of KEDA's kinds is an error.
 */
export function kindOf(value: unknown, complain: ReaderComplain): string | null {
  const { apiVersion, kind } = isMap(value) ? value : {};
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    complainOfHead(value, complain);
    return null;
  }
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.lastIndexOf('/')) : '';
  const slip = slipOf(apiVersion, group, kind);
  if (slip) {
    complain('schema', [slip.key], slip.message);
    return null;
  }
  if (groups[kind] === group || (kind === 'Deployment' && group === 'extensions')) return kind;
  if (!silentKinds.has(kind)) {
    const what = Object.hasOwn(groups, kind) ? `${kind} of ${apiVersion}` : kind;
    complain('here-kind', ['kind'], `${what} has no meaning on one machine and is left out`, 'warning');
  }
  return null;
}

function complainOfHead(value: unknown, complain: ReaderComplain): void {
  const object = isMap(value) ? value : {};
  if (isMap(value) && !['kind', 'metadata', 'spec'].some((key) => key in value)) {
    const message = 'a map without kind, metadata and spec is no Kubernetes object and is left out';
    complain('here-kind', [], message, 'warning');
    return;
  }
  const missing = ['apiVersion', 'kind'].filter((key) => typeof object[key] !== 'string').join(' and ');
  const received = `${describeValue(value)} without ${missing}`;
  complain('schema', [], `expected a Kubernetes object with apiVersion and kind, received ${received}`);
}

/** One of KEDA's kinds under another version or spelling: a cluster has no such kind, and nothing would ever scale. */
function slipOf(
  apiVersion: string,
  group: string,
  kind: string,
): { readonly key: 'apiVersion' | 'kind'; readonly message: string } | null {
  const meant = kedaKinds.find((name) => name.toLowerCase() === kind.toLowerCase());
  if (group === 'keda.k8s.io') {
    const where = 'https://keda.sh/docs/latest/migration/';
    const message = `expected keda.sh/v1alpha1, received "${apiVersion}": KEDA 2 does not read objects of KEDA 1, see ${where}`;
    return { key: 'apiVersion', message };
  }
  if (group !== 'keda.sh' && group !== 'http.keda.sh') return null;
  if (meant === undefined || groups[meant] !== group) {
    const names = kedaKinds.filter((name) => groups[name] === group).join(', ');
    return { key: 'kind', message: `expected one of ${names} for ${apiVersion}, received "${kind}"` };
  }
  if (meant !== kind) {
    const message = `expected ${meant}, received "${kind}": a cluster minds upper and lower case`;
    return { key: 'kind', message };
  }
  return group === 'keda.sh' && apiVersion !== 'keda.sh/v1alpha1'
    ? { key: 'apiVersion', message: `expected keda.sh/v1alpha1, received "${apiVersion}"` }
    : null;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
