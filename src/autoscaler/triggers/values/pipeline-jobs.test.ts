import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pipelineJobs, type AgentKind, type PipelineJob } from './pipeline-jobs.ts';

const version = 'Agent.Version -gtVersion 2.182.1';
const job = (demands: readonly string[], change: Partial<PipelineJob> = {}): PipelineJob => ({
  result: null,
  demands: [...demands, version],
  matchedAgents: [],
  ...change,
});
const any: AgentKind = { parent: '', demands: [], rule: 'job', ignoresCase: false };
const jobs = [
  job(['kubectl']),
  job(['java', 'maven'], { matchedAgents: ['template', 'other'] }),
  job([]),
  job(['kubectl'], { result: 'succeeded', matchedAgents: ['template'] }),
];

for (const { name, kind, want } of [
  { name: 'every job without a result', kind: {}, want: 3 },
  { name: 'those that the agent of the name could do', kind: { parent: 'template' }, want: 1 },
  { name: 'the agent goes before demands', kind: { parent: 'nobody', demands: ['kubectl'] }, want: 0 },
  // A job without demands is met by every offer.
  { name: 'all that a job demands is offered', kind: { demands: ['kubectl', 'java'] }, want: 2 },
  { name: 'more may be offered', kind: { demands: ['java', 'maven', 'make', version] }, want: 2 },
  { name: 'exactly what is offered', kind: { demands: ['kubectl'], rule: 'both' }, want: 1 },
  {
    name: 'nothing but a part of what is offered',
    kind: { demands: ['kubectl', 'make'], rule: 'both' },
    want: 0,
  },
  { name: 'all that is offered is demanded', kind: { demands: ['java'], rule: 'offer' }, want: 1 },
  {
    name: 'not all that is offered is demanded',
    kind: { demands: ['java', 'make'], rule: 'offer' },
    want: 0,
  },
  { name: 'small and capital letters differ', kind: { demands: ['KUBECTL'], rule: 'both' }, want: 0 },
  {
    name: 'small and capital letters are the same',
    kind: { demands: ['KUBECTL'], rule: 'both', ignoresCase: true },
    want: 1,
  },
  { name: 'spaces after a comma are part of a demand', kind: { demands: ['java', ' maven'] }, want: 1 },
] satisfies readonly { readonly name: string; readonly kind: Partial<AgentKind>; readonly want: number }[]) {
  test(`azure-pipelines jobs: ${name}`, () => {
    assert.equal(pipelineJobs(jobs, { ...any, ...kind }), want);
  });
}
