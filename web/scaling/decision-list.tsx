import { useMessages } from '../language/language-context.ts';
import { decisionKey, type DecisionOfTarget } from './scaling-state.ts';

/** The last decisions, newest first, each with the sentence that explains it. */
export function DecisionList({ decisions }: { readonly decisions: readonly DecisionOfTarget[] }) {
  const messages = useMessages();
  if (decisions.length === 0) return <p class="quiet">{messages.noDecisions}</p>;
  return (
    <ol class="decisions">
      {decisions.map(({ target, decision }) => (
        <li key={decisionKey({ target, decision })}>
          <time dateTime={new Date(decision.atMs).toISOString()}>
            {new Date(decision.atMs).toLocaleTimeString(messages.htmlLang, { hour12: false })}
          </time>
          <span class="decision-step" data-kind={decision.kind}>
            {decision.kind === 'scale' ? `${decision.from} → ${decision.to}` : `= ${decision.to}`}
          </span>
          <span lang="en">{decision.explanation}</span>
        </li>
      ))}
    </ol>
  );
}
