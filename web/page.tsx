import { useEffect, useRef, useState } from 'preact/hooks';
import { useApi } from './api/api-context.ts';
import { Announcer } from './chat/announcer.tsx';
import { Composer } from './chat/composer.tsx';
import { Turns, type OpenCitation } from './chat/turns.tsx';
import { useChat } from './chat/use-chat.ts';
import { Welcome } from './chat/welcome.tsx';
import { addressOf, readAddress } from './conversations/address.ts';
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
  const [opened, setOpened] = useState<OpenCitation | null>(null);
  const openedFrom = useRef<HTMLElement | null>(null);
  const dropping = useDrop((files) => {
    setDrawerOpen(true);
    void documents.add(files);
  });

  // The address names the conversation, so that it is there again after a reload.
  useEffect(() => {
    const named = readAddress(window.location.hash);
    if (named !== null) void chat.open(named).catch(() => {});
  }, []);
  useEffect(() => {
    if (chat.turns.length > 0) window.history.replaceState(null, '', addressOf(chat.conversationId));
  }, [chat.conversationId, chat.turns.length > 0]);

  const closePanel = (): void => {
    setOpened(null);
    openedFrom.current?.focus();
  };
  const show = (change: () => void): void => {
    setOpened(null);
    setRailOpen(false);
    change();
  };
  const beginAnew = (): void => {
    chat.beginAnew();
    window.history.replaceState(null, '', addressOf(null));
  };
  const siblings = chat.turns.find(({ key }) => key === opened?.turnKey)?.citations ?? [];

  return (
    <div class="page" data-panel={opened !== null}>
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
        onNew={() => show(beginAnew)}
        onOpen={(id) => show(() => void chat.open(id).catch(() => conversations.refresh()))}
        onRemove={(id) => {
          if (id === chat.conversationId) show(beginAnew);
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
            opened={opened}
            onOpen={(citation, from) => {
              openedFrom.current = from;
              setOpened(citation);
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
      {opened && (
        <PassagePanel
          citation={opened.citation}
          siblings={siblings}
          onSelect={(citation) => setOpened({ ...opened, citation })}
          onClose={closePanel}
        />
      )}
      {drawerOpen && <DocumentsDrawer documents={documents} onClose={() => setDrawerOpen(false)} />}
      {dropping && <div class="drop-here">{messages.dropHere}</div>}
    </div>
  );
}
