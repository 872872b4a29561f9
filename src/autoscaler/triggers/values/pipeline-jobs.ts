/** A job that an agent pool of Azure Pipelines has been asked for. */
export interface PipelineJob {
  /** Null while it waits or runs. */
  readonly result: string | null;
  readonly demands: readonly string[];
  /** Agents, also offline ones, that could do it. */
  readonly matchedAgents: readonly string[];
}

/** Which jobs the replicas of a trigger can do; with neither an agent nor demands it is every job. */
export interface AgentKind {
  /** Name of the offline agent that stands for what the replicas can do; goes before `demands`. */
  readonly parent: string;
  /** What the replicas offer, in the words of a job's demands. */
  readonly demands: readonly string[];
  /**
   * `job`: all that a job demands is offered; `both`: and nothing else is; `offer`: all that is offered is demanded,
   * whatever else the job demands.
   */
  readonly rule: 'job' | 'both' | 'offer';
  readonly ignoresCase: boolean;
}

/**
 * Jobs without a result that the replicas can do; those that run count too.
 *
 * @see https://keda.sh/docs/latest/scalers/azure-pipelines/
 */
export function pipelineJobs(jobs: readonly PipelineJob[], kind: AgentKind): number {
  const offered = withoutVersions(kind.demands).map((demand) => wordOf(demand, kind));
  const canDo = ({ demands, matchedAgents }: PipelineJob): boolean => {
    if (kind.parent !== '') return matchedAgents.includes(kind.parent);
    if (kind.demands.length === 0) return true;
    const demanded = withoutVersions(demands).map((demand) => wordOf(demand, kind));
    const met = demanded.flatMap((demand) => offered.filter((offer) => offer === demand)).length;
    const isJobMet = met === demanded.length;
    const isOfferMet = met === offered.length;
    if (kind.rule === 'job') return isJobMet;
    return kind.rule === 'offer' ? isOfferMet : isJobMet && isOfferMet;
  };
  return jobs.filter((job) => job.result === null && canDo(job)).length;
}

/** Every job demands some version of the agent itself, which says nothing. */
const withoutVersions = (demands: readonly string[]): readonly string[] =>
  demands.filter((demand) => !demand.startsWith('Agent.Version'));

const wordOf = (demand: string, { ignoresCase }: AgentKind): string =>
  ignoresCase ? demand.toLowerCase() : demand;
