import * as z from 'zod';

/** What the admin listener and the page show of scaling. */
export const ReplicaView = z.object({
  id: z.string(),
  state: z.enum(['starting', 'ready', 'draining', 'failed']),
  pid: z.number().int().nullable(),
  inFlight: z.number().int(),
  startedAtMs: z.number(),
  /** Null until the readiness probe has passed. */
  readyAtMs: z.number().nullable(),
  restarts: z.number().int(),
});
export type ReplicaView = z.infer<typeof ReplicaView>;

export const DecisionView = z.object({
  atMs: z.number(),
  kind: z.enum(['hold', 'scale']),
  from: z.number().int(),
  to: z.number().int(),
  reason: z.string(),
  /** One or two sentences: which trigger, which number against which threshold, which clock holds it and until when. */
  explanation: z.string(),
});
export type DecisionView = z.infer<typeof DecisionView>;

export const TriggerView = z.object({
  name: z.string(),
  type: z.string(),
  active: z.boolean(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  activationThreshold: z.number().nullable(),
  error: z.string().nullable(),
});
export type TriggerView = z.infer<typeof TriggerView>;

export const TargetStatus = z.object({
  target: z.string(),
  policy: z.enum(['instant', 'keda']),
  minReplicas: z.number().int(),
  maxReplicas: z.number().int(),
  /** spec.replicas: how many are wanted now. */
  desiredReplicas: z.number().int(),
  replicas: z.array(ReplicaView),
  pending: z.number().int(),
  inFlight: z.number().int(),
  arrivals: z.number().int(),
  /** Replicas may fall to the minimum at this moment if nothing arrives; null when no clock is running. */
  cooldownEndsAtMs: z.number().nullable(),
  triggers: z.array(TriggerView),
  lastDecision: DecisionView.nullable(),
});
export type TargetStatus = z.infer<typeof TargetStatus>;

export const JobView = z.object({
  name: z.string(),
  state: z.enum(['pending', 'running', 'succeeded', 'failed']),
  pid: z.number().int().nullable(),
  /** Processes started for it. */
  tries: z.number().int(),
  startedAtMs: z.number().nullable(),
  finishedAtMs: z.number().nullable(),
  /** How its last try ended. */
  message: z.string().nullable(),
});

export const ScaledJobStatus = z.object({
  scaledJob: z.string(),
  maxReplicas: z.number().int(),
  /** All that are kept, the newest first, at most 100. */
  jobs: z.array(JobView),
  /** The last one that created or deleted something, or had a new reason. */
  lastDecision: z
    .object({ atMs: z.number(), create: z.number().int(), reason: z.string(), explanation: z.string() })
    .nullable(),
});
export type ScaledJobStatus = z.infer<typeof ScaledJobStatus>;

export const ScalingStatus = z.object({
  atMs: z.number(),
  targets: z.array(TargetStatus),
  /** Absent without ScaledJobs. */
  scaledJobs: z.array(ScaledJobStatus).optional(),
});
export type ScalingStatus = z.infer<typeof ScalingStatus>;

/** Server-sent events of `/events`: the status whenever it changed, and each decision that was recorded. */
export type ScalingEvent =
  | { readonly type: 'status'; readonly status: ScalingStatus }
  | { readonly type: 'decision'; readonly target: string; readonly decision: DecisionView };
