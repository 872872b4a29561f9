import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from './api.ts';

export const ApiContext = createContext<Api | null>(null);

/** The server. @throws Error outside of the page's root component. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi is used outside of ApiContext');
  return api;
}
