import * as z from 'zod';
import { DecisionView, TargetStatus } from './scaling.ts';

/** A ScaledObject with the status that KEDA would write, in KEDA's words; null where it would write nothing. */
export const ScaledObjectView = z.object({
  namespace: z.string(),
  name: z.string(),
  status: z.object({
    hpaName: z.string().nullable(),
    /** Whole seconds, UTC. */
    lastActiveTime: z.string().nullable(),
    originalReplicaCount: z.number().int().nullable(),
    pausedReplicaCount: z.number().int().nullable(),
    externalMetricNames: z.array(z.string()),
    resourceMetricNames: z.array(z.string()),
    /** Failures in a row, by metric name, as fallback counts them. */
    health: z.record(
      z.string(),
      z.object({ numberOfFailures: z.number().int(), status: z.enum(['Happy', 'Failing']) }),
    ),
  }),
});
export type ScaledObjectView = z.infer<typeof ScaledObjectView>;

/** `GET /scaling/<target>` of the admin listener: what holds the count where it is, and what would change it. */
export const Explanation = z.object({
  atMs: z.number(),
  status: TargetStatus,
  /** The last decision of each clock, newest first. */
  decisions: z.array(
    DecisionView.extend({
      /** `instant`, `keda-poll`, `keda-push` or `hpa`. */
      clock: z.string(),
      /** When this clock decides next; null where it does whenever something happens. */
      nextAtMs: z.number().nullable(),
      changes: z.array(
        z.object({
          condition: z.string(),
          /** When it happens if nothing else does; null where it is no matter of time. */
          atMs: z.number().nullable(),
          to: z.number().int(),
          explanation: z.string(),
        }),
      ),
    }),
  ),
  scaledObject: ScaledObjectView,
  /** As KEDA and the HPA would write them. */
  conditions: z.array(z.object({ type: z.string(), status: z.string(), reason: z.string() })),
  /** Decisions that changed the count or its reason, oldest first. */
  history: z.array(DecisionView),
});
export type Explanation = z.infer<typeof Explanation>;
