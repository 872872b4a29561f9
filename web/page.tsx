import { useEffect, useRef, useState } from 'preact/hooks';
import type { Citation } from '../src/contract/passage.ts';
import { useApi } from './api/api-context.ts';
import { Announcer } from './chat/announcer.tsx';
import { Composer } from './chat/composer.tsx';
import { Turns } from './chat/turns.tsx';
import { useChat } from './chat/use-chat.ts';
import { Welcome } from './chat/welcome.tsx';
import { useConversations } from './conversations/use-conversations.ts';
import { DocumentsDrawer } from './documents/documents-drawer.tsx';
import { useDocuments } from './documents/use-documents.ts';
import { useDrop } from './documents/use-drop.ts';
import { useMessages } from './language/language-context.ts';
import { PassagePanel } from './passages/passage-panel.tsx';
import { Rail } from './rail.tsx';
import { useLive } from './scaling/use-live.ts';
import { TopBar } from './top-bar.tsx';

/** All rooms of the page in their places. */
export function Page({ onChangeLanguage }: { readonly onChangeLanguage: () => void }) {
  const messages = useMessages();
  const api = useApi();
  const live = useLive();
  const conversations = useConversations(api);
  const documents = useDocuments(api);
  const chat = useChat(api, messages, () => void conversations.refresh());
  const [railOpen, setRailOpen] = useState(false);
  const [drawerOpen, setDrawerOpen] = useState(false);
  const [citation, setCitation] = useState<Citation | null>(null);
  const openedFrom = useRef<HTMLElement | null>(null);
  const dropping = useDrop((files) => {
    setDrawerOpen(true);
    void documents.add(files);
  });

  useEffect(() => setCitation(null), [chat.turns.length === 0]);

  const closePanel = (): void => {
    setCitation(null);
    openedFrom.current?.focus();
  };
  const show = (change: () => void): void => {
    setCitation(null);
    setRailOpen(false);
    change();
  };
  const siblings = chat.turns.find((turn) => citation && turn.citations.includes(citation))?.citations ?? [];

  return (
    <div class="page" data-panel={citation !== null}>
      <a class="skip" href="#ask">
        {messages.skip}
      </a>
      <TopBar
        live={live}
        railOpen={railOpen}
        onToggleRail={() => setRailOpen(!railOpen)}
        onChangeLanguage={onChangeLanguage}
      />
      <Rail
        open={railOpen}
        conversations={conversations}
        openId={chat.conversationId}
        documentCount={documents.list?.length ?? null}
        onClose={() => setRailOpen(false)}
        onNew={() => show(() => chat.beginAnew())}
        onOpen={(id) => show(() => void chat.open(id).catch(() => conversations.refresh()))}
        onRemove={(id) => {
          if (id === chat.conversationId) show(() => chat.beginAnew());
          void conversations.remove(id);
        }}
        onDocuments={() => setDrawerOpen(true)}
      />
      <main class="main">
        {chat.turns.length === 0 ? (
          <Welcome empty={documents.list?.length === 0} onAddDocuments={() => setDrawerOpen(true)} />
        ) : (
          <Turns
            chat={chat}
            live={live}
            active={citation}
            onOpen={(opened, from) => {
              openedFrom.current = from;
              setCitation(opened);
            }}
          />
        )}
        <Composer
          running={chat.runningKey !== null}
          onAsk={(question) => chat.ask(question)}
          onStop={() => chat.stop()}
        />
        <Announcer turn={chat.turns.at(-1) ?? null} live={live} />
      </main>
      {citation && (
        <PassagePanel citation={citation} siblings={siblings} onSelect={setCitation} onClose={closePanel} />
      )}
      {drawerOpen && <DocumentsDrawer documents={documents} onClose={() => setDrawerOpen(false)} />}
      {dropping && <div class="drop-here">{messages.dropHere}</div>}
    </div>
  );
}
