import { useMessages } from './language/language-context.ts';
import { Gate } from './scaling/gate.tsx';
import { LiveStrip } from './scaling/live-strip.tsx';
import type { LiveState } from './scaling/scaling-state.ts';

interface TopBarProps {
  readonly live: LiveState;
  readonly railOpen: boolean;
  readonly onToggleRail: () => void;
  readonly onChangeLanguage: () => void;
}

/** Name, live strip and language. The gate in the name is as open as the replicas are ready. */
export function TopBar({ live, railOpen, onToggleRail, onChangeLanguage }: TopBarProps) {
  const messages = useMessages();
  const [target] = live.targets;
  const ready = target?.replicas.filter(({ state }) => state === 'ready').length ?? 0;
  return (
    <header class="top">
      <button
        type="button"
        class="icon-button menu"
        aria-label={messages.menu}
        aria-expanded={railOpen}
        aria-controls="rail"
        onClick={onToggleRail}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M2 4.5h12M2 8h12M2 11.5h12" />
        </svg>
      </button>
      <span class="brand">
        <Gate openRatio={target ? ready / Math.max(1, Math.min(4, target.maxReplicas)) : 0} />
        Sluice
      </span>
      <LiveStrip live={live} />
      <button
        type="button"
        class="link language"
        lang={messages.htmlLang === 'en' ? 'zh-CN' : 'en'}
        onClick={onChangeLanguage}
      >
        {messages.otherLanguage}
      </button>
    </header>
  );
}
