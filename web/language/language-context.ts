import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { messages, type Messages } from './messages.ts';

export const LanguageContext = createContext<Messages>(messages.en);

/** The page's sentences in the language that is chosen. */
export const useMessages = (): Messages => useContext(LanguageContext);
