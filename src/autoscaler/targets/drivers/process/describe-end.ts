import type { LaunchSpec } from '../../../manifests/target-spec.ts';
import type { ProcessEnd } from './replica-process.ts';

/** What else the sentence is made of. */
export interface EndContext {
  readonly wasReady: boolean;
  /** Why it was ended although it was wanted; null when it ended by itself. */
  readonly condemned: string | null;
  /** Until it is started again. */
  readonly delayMs: number;
}

/** A sentence on how a wanted replica ended and what happens next. */
export function describeEnd(launch: LaunchSpec, end: ProcessEnd, context: EndContext): string {
  const { condemned, delayMs, wasReady } = context;
  const next = delayMs === 0 ? 'It is started again.' : `It is started again in ${delayMs / 1000} s.`;
  const loop = delayMs === 0 ? '' : 'CrashLoopBackOff: ';
  const why = condemned === null ? '' : `: ${condemned}`;
  return `${loop}${howItEnded(launch, end)}${wasReady ? '' : ' before it was ready'}${why}. ${next}`;
}

function howItEnded(launch: LaunchSpec, end: ProcessEnd): string {
  const program = launch.command[0] ?? launch.name;
  switch (end.startError?.code) {
    case undefined:
      break;
    case 'ENOENT':
      return `"${program}" could not be started: there is no such program on PATH, or its working directory ${launch.workingDir ?? ''} does not exist`;
    case 'EACCES':
      return `"${program}" could not be started: permission denied`;
    default:
      return `"${program}" could not be started: ${end.startError?.message ?? ''}`;
  }
  if (end.signal !== null) return `"${program}" was ended by ${end.signal}`;
  return `"${program}" exited with code ${end.code}`;
}
