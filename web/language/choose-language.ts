import type { Language } from './messages.ts';

/** The remembered choice, else the first of the visitor's languages that the page speaks, else English. */
export function chooseLanguage(remembered: string | null, preferred: readonly string[]): Language {
  for (const tag of [remembered ?? '', ...preferred]) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'zh' || language === 'en') return language;
  }
  return 'en';
}
