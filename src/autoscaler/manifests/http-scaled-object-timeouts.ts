import { positiveGoDuration } from './go-duration.ts';

/** The fields of an HTTPScaledObject's `spec` that say how long something may take, as the add-on holds them. */
export interface WrittenHttpTimeouts {
  readonly timeouts?:
    | {
        readonly conditionWait?: string | null | undefined;
        readonly responseHeader?: string | null | undefined;
      }
    | null
    | undefined;
  /** `timeoutSeconds` is 30 in the schema of a cluster; left out or 0 here, it changes nothing. */
  readonly coldStartTimeoutFailoverRef?:
    | { readonly timeoutSeconds?: number | null | undefined }
    | null
    | undefined;
}

/**
 * The time limits of the route that the add-on makes of an HTTPScaledObject, in milliseconds; null: none is set, the
 * gateway's own holds. What is not above 0 counts as not written. The failover's wait wins over `conditionWait`.
 */
export function httpTimeouts({ coldStartTimeoutFailoverRef, timeouts }: WrittenHttpTimeouts): {
  readonly readinessMs: number | null;
  readonly requestMs: null;
  readonly responseHeaderMs: number | null;
} {
  const failoverSeconds = coldStartTimeoutFailoverRef?.timeoutSeconds ?? 0;
  return {
    readinessMs: failoverSeconds > 0 ? failoverSeconds * 1000 : positiveGoDuration(timeouts?.conditionWait),
    requestMs: null,
    responseHeaderMs: positiveGoDuration(timeouts?.responseHeader),
  };
}
