import { useState } from 'preact/hooks';
import { useMessages } from '../language/language-context.ts';
import { DecisionList } from './decision-list.tsx';
import type { LiveState } from './scaling-state.ts';
import { TargetNumbers } from './target-numbers.tsx';

/** The live strip: what runs now and why. It opens to the last decisions. */
export function LiveStrip({ live }: { readonly live: LiveState }) {
  const messages = useMessages();
  const [open, setOpen] = useState(false);
  const [first] = live.targets;
  const last = live.decisions[0];
  return (
    <section class="strip" aria-label={messages.live} data-link={live.link}>
      <button
        type="button"
        class="strip-line"
        aria-expanded={open}
        aria-controls="strip-more"
        onClick={() => setOpen(!open)}
      >
        {live.link === 'lost' && <span class="strip-lost">{messages.liveLost}</span>}
        {live.link === 'connecting' && <span class="quiet">{messages.liveConnecting}</span>}
        {first && live.link === 'live' && <TargetNumbers target={first} clockSkewMs={live.clockSkewMs} />}
        {last && live.link === 'live' && (
          <span class="strip-why" lang="en">
            {last.decision.explanation}
          </span>
        )}
        <svg class="chevron" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <path d="M2.5 4.5L6 8l3.5-3.5" />
        </svg>
      </button>
      <div id="strip-more" class="strip-more" hidden={!open}>
        {live.targets.map((target) => (
          <p key={target.target} class="strip-each">
            <code>{target.target}</code>
            <TargetNumbers target={target} clockSkewMs={live.clockSkewMs} />
            <span class="quiet">
              {messages.replicasOf(
                target.replicas.filter(({ state }) => state === 'ready').length,
                target.maxReplicas,
              )}
            </span>
          </p>
        ))}
        <h2>{messages.decisions}</h2>
        <DecisionList decisions={live.decisions} />
      </div>
    </section>
  );
}
