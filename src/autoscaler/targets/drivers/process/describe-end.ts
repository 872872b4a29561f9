import type { LaunchSpec } from '../../../manifests/target-spec.ts';
import type { ProcessEnd } from './replica-process.ts';

/** A sentence on how a replica ended by itself and what happens next. */
export function describeEnd(launch: LaunchSpec, end: ProcessEnd, wasReady: boolean, delayMs: number): string {
  const next = delayMs === 0 ? 'It is started again.' : `It is started again in ${delayMs / 1000} s.`;
  const loop = delayMs === 0 ? '' : 'CrashLoopBackOff: ';
  return `${loop}${howItEnded(launch, end)}${wasReady ? '' : ' before it was ready'}. ${next}`;
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
