import { useEffect, useState } from 'preact/hooks';
import type { TargetStatus } from '../../src/contract/scaling.ts';
import { formatCountdown } from '../language/format.ts';
import { useMessages } from '../language/language-context.ts';
import { countdownSeconds } from './scaling-state.ts';

interface CountdownProps {
  readonly target: TargetStatus;
  readonly clockSkewMs: number;
}

/** How long until the replicas may sleep; nothing when no clock is running. */
export function Countdown({ target, clockSkewMs }: CountdownProps) {
  const messages = useMessages();
  const [nowMs, setNowMs] = useState(() => Date.now());
  const running = target.cooldownEndsAtMs !== null;
  useEffect(() => {
    if (!running) return undefined;
    setNowMs(Date.now());
    const timer = window.setInterval(() => setNowMs(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [running]);
  const seconds = countdownSeconds(target, clockSkewMs, nowMs);
  if (seconds === null) return null;
  return <span class="strip-number">{messages.closesIn(formatCountdown(seconds))}</span>;
}
