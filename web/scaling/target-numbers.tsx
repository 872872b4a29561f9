import type { TargetStatus } from '../../src/contract/scaling.ts';
import { useMessages } from '../language/language-context.ts';
import { Countdown } from './countdown.tsx';
import { ReplicaMark } from './replica-mark.tsx';

interface TargetNumbersProps {
  readonly target: TargetStatus;
  readonly clockSkewMs: number;
}

/** One scale target in a line: its replicas by state, what is held and in flight, when it may sleep. */
export function TargetNumbers({ target, clockSkewMs }: TargetNumbersProps) {
  const messages = useMessages();
  const count = (state: 'starting' | 'ready' | 'draining' | 'failed'): number =>
    target.replicas.filter((replica) => replica.state === state).length;
  const states = (['ready', 'starting', 'draining', 'failed'] as const).filter((state) => count(state) > 0);
  return (
    <span class="strip-target">
      <span class="replicas">
        {target.replicas.map((replica) => (
          <ReplicaMark key={replica.id} replica={replica} />
        ))}
      </span>
      <span class="strip-state">
        {states.length === 0
          ? messages.asleep
          : states.map((state) => `${count(state)} ${messages.replicaState[state]}`).join(' · ')}
      </span>
      {target.pending > 0 && <span class="strip-number strip-held">{messages.heldNow(target.pending)}</span>}
      {target.inFlight > 0 && <span class="strip-number">{messages.answeringNow(target.inFlight)}</span>}
      <Countdown target={target} clockSkewMs={clockSkewMs} />
    </span>
  );
}
