import { formatNumber, formatReplicas } from '../../autoscaler/decision/explain.ts';
import { AppError } from '../../contract/app-error.ts';
import { Explanation } from '../../contract/explanation.ts';
import { ScalingStatus, type DecisionView, type TriggerView } from '../../contract/scaling.ts';
import { adminAddress } from '../admin-address.ts';
import { remoteApi } from '../api-client.ts';
import { clockTime } from './clock-time.ts';
import { countStates } from './count-states.ts';
import { scaledJobText } from './scaled-job-text.ts';

export interface ExplainFlags {
  /** Address of the admin listener; without it, as `sluice.yaml` and the environment say. */
  readonly admin?: string;
  readonly json?: boolean;
}

const clockNames: Readonly<Record<string, string>> = {
  instant: 'on every arrival',
  'keda-poll': "KEDA's poll",
  'keda-push': 'a push',
  hpa: "the HPA's sync",
};

/** `sluice explain`: what holds the count of a running target where it is, until when, and what would change it. */
export async function explain(target: string | undefined, flags: ExplainFlags): Promise<void> {
  const address = await adminAddress(flags.admin);
  await using api = remoteApi(address.href);
  const scaling = ScalingStatus.parse(await (await api.request('/scaling')).json());
  const name = nameAmong(scaling, target);
  const scaledJob = scaling.scaledJobs?.find((job) => job.scaledJob === name);
  if (scaledJob) {
    console.log(flags.json ? JSON.stringify(scaledJob) : scaledJobText(scaledJob));
    return;
  }
  const response = await api.request(`/scaling/${encodeURIComponent(name)}`).catch((error: unknown) => {
    const known = AppError.from(error);
    // The public listener has the list but not the explanations.
    throw known.message.startsWith('There is nothing at')
      ? new AppError(
          'not-found',
          `${address.origin} does not explain anything: give the address of the admin listener with --admin.`,
          { cause: error },
        )
      : known;
  });
  const explanation = Explanation.parse(await response.json());
  console.log(flags.json ? JSON.stringify(explanation) : explanationText(explanation));
}

/** The name that was given if there is such a thing; without one, the only one there is. */
function nameAmong({ scaledJobs = [], targets }: ScalingStatus, given: string | undefined): string {
  const names = [...targets.map(({ target }) => target), ...scaledJobs.map(({ scaledJob }) => scaledJob)];
  const [first] = names;
  if (first === undefined)
    throw new AppError('not-found', 'The manifests of this Sluice name nothing to scale.');
  const list = names.join(', ');
  if (given === undefined) {
    if (names.length === 1) return first;
    throw new AppError('invalid-argument', `There are several scale targets, name one: ${list}.`);
  }
  if (names.includes(given)) return given;
  throw new AppError('not-found', `There is no scale target "${given}". There are: ${list}.`);
}

/** The explanation as a person reads it. */
export function explanationText({
  status,
  scaledObject,
  decisions,
  conditions,
  history,
}: Explanation): string {
  const states = countStates(status.replicas, ['ready', 'starting', 'draining', 'failed']);
  const lines = [
    `${status.target}: ${formatReplicas(status.desiredReplicas)} wanted (${status.minReplicas} to ${status.maxReplicas}), ${states || 'none running'}; policy ${status.policy}`,
    `${status.inFlight} in flight, ${status.pending} held, ${status.arrivals} arrived since the start`,
  ];
  lines.push(...status.triggers.map(triggerLine));
  for (const decision of decisions) {
    lines.push(
      '',
      `${clockNames[decision.clock] ?? decision.clock}, last at ${clockTime(decision.atMs)}${decision.nextAtMs === null ? '' : `, next at ${clockTime(decision.nextAtMs)}`}: ${decision.reason}`,
    );
    lines.push(`  ${decision.explanation}`);
    for (const { atMs, condition, to, explanation } of decision.changes) {
      const when = atMs === null ? '' : ` (until ${clockTime(atMs)})`;
      lines.push(`  If ${condition}${when}: ${formatReplicas(to)}. ${explanation}`);
    }
    if (decision.changes.length === 0)
      lines.push('  Nothing that this clock looks at would change the count now.');
  }
  const isPaused = decisions.some(({ reason }) => reason === 'paused');
  if (status.policy === 'keda' && !isPaused && decisions.every(({ clock }) => clock !== 'hpa')) {
    lines.push('', 'The HPA has not synced yet: it decides about more than the first replicas.');
  }
  if (conditions.length > 0) {
    lines.push(
      '',
      `conditions: ${conditions.map(({ type, status: is, reason }) => `${type}=${is} (${reason})`).join(', ')}`,
    );
  }
  const failing = Object.entries(scaledObject.status.health).filter(([, { status: is }]) => is === 'Failing');
  if (failing.length > 0) {
    const counts = failing.map(([metric, { numberOfFailures }]) => `${metric} ${numberOfFailures}`);
    lines.push(`failures in a row, as fallback counts them: ${counts.join(', ')}`);
  }
  const changes = history.filter(({ kind }) => kind === 'scale').slice(-5);
  if (changes.length > 0) lines.push('', 'last changes:', ...changes.map(changeLine));
  return lines.join('\n');
}

function triggerLine({ active, activationThreshold, error, name, threshold, value }: TriggerView): string {
  if (error !== null) return `trigger ${name}: ${error}`;
  if (value === null) return `trigger ${name}: not read yet`;
  const than = activationThreshold === null ? '' : ` (active above ${formatNumber(activationThreshold)})`;
  const of = threshold === null ? '' : `, threshold ${formatNumber(threshold)}`;
  return `trigger ${name}: ${formatNumber(value)}, ${active ? 'active' : 'not active'}${than}${of}`;
}

const changeLine = ({ atMs, from, to, explanation }: DecisionView): string =>
  `  ${clockTime(atMs)}  ${from} → ${to}  ${explanation}`;
