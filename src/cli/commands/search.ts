import { SearchResponse } from '../../contract/search.ts';
import { hintWhenEmpty } from '../hint-when-empty.ts';
import { openApi } from '../open-api.ts';
import { exitCodes } from '../exit-codes.ts';
import { plainText } from '../plain-text.ts';
import { placeOf } from '../print-answer.ts';
import type { ConfigFlags } from '../read-config.ts';

export interface SearchFlags extends ConfigFlags {
  readonly collection: string;
  readonly top: number;
  readonly url?: string;
  readonly json?: boolean;
}

/** `sluice search`: passages without an answer. */
export async function search(query: string, flags: SearchFlags): Promise<void> {
  await using api = await openApi(flags);
  const response = await api.request('/v1/search', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, topK: flags.top, collection: flags.collection }),
  });
  const found = SearchResponse.parse(await response.json());
  if (found.passages.length === 0) {
    process.exitCode = exitCodes.nothingFound;
    await hintWhenEmpty(api, flags.collection);
  }
  if (flags.json) {
    console.log(JSON.stringify(found));
    return;
  }
  if (found.passages.length === 0) console.log('No passage was found.');
  for (const [rank, passage] of found.passages.entries()) {
    const headings = passage.headingPath.join(' › ');
    console.log(
      plainText(
        `${rank + 1}. ${placeOf(passage)}${headings ? ` — ${headings}` : ''}  (${passage.score.toFixed(2)})`,
      ),
    );
    console.log(plainText(`${passage.text.replace(/^/gm, '   ')}\n`));
  }
}
