import { useEffect, useState } from 'preact/hooks';
import { chooseLanguage } from './choose-language.ts';
import { messages, type Language, type Messages } from './messages.ts';

const storageKey = 'sluice-language';

/** The chosen language, remembered between visits, and a switch to the other one. */
export function useLanguage(): readonly [Messages, () => void] {
  const [language, setLanguage] = useState<Language>(() =>
    chooseLanguage(localStorage.getItem(storageKey), navigator.languages),
  );
  useEffect(() => {
    document.documentElement.lang = messages[language].htmlLang;
  }, [language]);
  const change = (): void => {
    const next = language === 'en' ? 'zh' : 'en';
    localStorage.setItem(storageKey, next);
    setLanguage(next);
  };
  return [messages[language], change];
}
