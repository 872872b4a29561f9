/** Response and request headers of Sluice's own. */

/** `true` when the request waited for a replica to start. The same name and meaning as KEDA's HTTP add-on. */
export const coldStartHeader = 'x-keda-http-cold-start';
/** Milliseconds the request was held before it was forwarded; 0 when it was not. */
export const heldMsHeader = 'x-sluice-held-ms';
/** Which replica answered. */
export const replicaHeader = 'x-sluice-replica';
/** Names the scale target where several share one listener. */
export const targetHeader = 'x-sluice-target';
/** On requests to a replica: one id an answer, repeated in logs and responses. */
export const requestIdHeader = 'x-request-id';
