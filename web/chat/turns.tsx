import { useEffect, useRef } from 'preact/hooks';
import type { Citation } from '../../src/contract/passage.ts';
import type { LiveState } from '../scaling/scaling-state.ts';
import { TurnView } from './turn-view.tsx';
import type { Chat } from './use-chat.ts';

/** The citation whose passage is open. Two turns may cite the same passage under the same number. */
export interface OpenCitation {
  readonly turnKey: string;
  readonly citation: Citation;
}

interface TurnsProps {
  readonly chat: Chat;
  readonly live: LiveState;
  readonly opened: OpenCitation | null;
  readonly onOpen: (opened: OpenCitation, from: HTMLElement) => void;
}

/** Nearer to the end than this, the visitor is taken to read along. Unit: CSS pixels. */
const followPx = 120;

/** The turns of a conversation. It follows the answer that is being written unless the visitor has scrolled away. */
export function Turns({ chat, live, opened, onOpen }: TurnsProps) {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const last = chat.turns.at(-1);
  useEffect(() => {
    following.current = true;
  }, [chat.turns.length, chat.conversationId]);
  useEffect(() => {
    if (following.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [chat.turns.length, last?.answer, last?.state]);
  return (
    <div
      ref={box}
      class="turns"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        following.current = scrollHeight - scrollTop - clientHeight < followPx;
      }}
    >
      {chat.turns.map((turn) => (
        <TurnView
          key={turn.key}
          turn={turn}
          live={live}
          active={opened?.turnKey === turn.key ? opened.citation : null}
          onOpen={(citation, from) => onOpen({ turnKey: turn.key, citation }, from)}
          onRetry={chat.runningKey === null ? () => chat.retry(turn) : null}
        />
      ))}
    </div>
  );
}
