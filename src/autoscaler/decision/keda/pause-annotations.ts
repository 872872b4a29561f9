import type { PausePolicy } from '../scale-policy.ts';

const prefix = 'autoscaling.keda.sh/';
const falseWords = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/**
 * What the annotations of a ScaledObject ask for. A switch is on for any text that Go does not read as false: `"no"`
 * and `""` pause as well. `paused-replicas` pauses by its presence, even beside `paused: "false"`.
 *
 * @returns `error` is a sentence when `paused-replicas` is not a 32-bit whole number; the object is paused all the same.
 */
export function pauseAnnotations(annotations: Readonly<Record<string, string>>): {
  readonly pause: PausePolicy;
  readonly error: string | null;
} {
  const isOn = (name: string): boolean => {
    const value = annotations[`${prefix}${name}`];
    return value !== undefined && !falseWords.has(value);
  };
  const text = annotations[`${prefix}paused-replicas`];
  const isNumber = text !== undefined && /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) < 2 ** 31;
  return {
    pause: {
      paused: text !== undefined || isOn('paused'),
      pausedReplicas: isNumber ? Number(text) : null,
      scaleInPaused: isOn('paused-scale-in'),
      scaleOutPaused: isOn('paused-scale-out'),
      forceActivation: isOn('force-activation'),
    },
    error:
      text === undefined || isNumber
        ? null
        : `${prefix}paused-replicas must be a whole number of replicas, received "${text}".`,
  };
}
