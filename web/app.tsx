import { useMemo, useState } from 'preact/hooks';
import { ApiContext } from './api/api-context.ts';
import { createApi } from './api/api.ts';
import { LanguageContext } from './language/language-context.ts';
import { useLanguage } from './language/use-language.ts';
import { Page } from './page.tsx';
import { KeyDialog } from './settings/key-dialog.tsx';

/** The page with what all of it shares: the language, the server, and the question for a key. */
export function App() {
  const [messages, changeLanguage] = useLanguage();
  const [keyNeeded, setKeyNeeded] = useState(false);
  // A new key begins the page anew: everything that was refused is asked for again.
  const [keys, setKeys] = useState(0);
  const api = useMemo(() => createApi(() => setKeyNeeded(true)), []);
  return (
    <LanguageContext.Provider value={messages}>
      <ApiContext.Provider value={api}>
        <Page key={keys} onChangeLanguage={changeLanguage} />
        {keyNeeded && (
          <KeyDialog
            wrong={api.key() !== null}
            onKey={(key) => {
              api.setKey(key);
              setKeyNeeded(false);
              setKeys(keys + 1);
            }}
            onClose={() => setKeyNeeded(false)}
          />
        )}
      </ApiContext.Provider>
    </LanguageContext.Provider>
  );
}
