import type { ReplicaView } from '../../src/contract/scaling.ts';
import { useMessages } from '../language/language-context.ts';

/** A replica as a small plate. Shape, not only colour, says its state: outline, full, hatched, crossed. */
export function ReplicaMark({ replica }: { readonly replica: ReplicaView }) {
  const messages = useMessages();
  const name = `${replica.id}: ${messages.replicaState[replica.state]}`;
  return (
    <svg
      class={`replica replica-${replica.state}`}
      viewBox="0 0 10 18"
      width="10"
      height="18"
      role="img"
      aria-label={name}
    >
      <title>{name}</title>
      <rect x="1" y="1" width="8" height="16" rx="1.5" />
      {replica.state === 'draining' && <path d="M2 13l6-4M2 8.5l6-4M3 17l6-4" />}
      {replica.state === 'failed' && <path d="M2.5 5.5l5 7m0-7l-5 7" />}
    </svg>
  );
}
