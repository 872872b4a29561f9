import { Tokenizer, TokenizerMode, type Token } from 'parse5';
import { shrinkTags } from './shrink-tags.ts';
import { addTable, type TableCell, type TableRow } from './table-rows.ts';
import type { TextBuilder } from './text-builder.ts';

export interface HtmlOptions {
  /** Also read navigation and page footers. @defaultValue false */
  readonly everything?: boolean;
}

const neverText = new Set(
  'script style noscript template svg select iframe object canvas audio video textarea datalist'.split(' '),
);
const pageFurniture = new Set(['nav', 'footer']);
const ownBlock = new Set(
  'p div section article main header aside address blockquote figure figcaption dl dt dd ul ol li hr form fieldset legend details summary body html head caption center nav footer h1 h2 h3 h4 h5 h6 pre table thead tbody tfoot tr td th menu search'.split(
    ' ',
  ),
);
const rawText: Readonly<Record<string, Tokenizer['state']>> = {
  script: TokenizerMode.SCRIPT_DATA,
  style: TokenizerMode.RAWTEXT,
  xmp: TokenizerMode.RAWTEXT,
  iframe: TokenizerMode.RAWTEXT,
  noembed: TokenizerMode.RAWTEXT,
  noframes: TokenizerMode.RAWTEXT,
  title: TokenizerMode.RCDATA,
  textarea: TokenizerMode.RCDATA,
  plaintext: TokenizerMode.PLAINTEXT,
};

interface OpenTable {
  /** Tables inside tables count up; their cells become part of the outer cell. */
  depth: number;
  readonly rows: { cells: TableCell[]; header: boolean }[];
  /** The open cell's spans; null between cells. */
  cell: { readonly columns: number; readonly rows: number } | null;
  caption: boolean;
}

type Spans = NonNullable<OpenTable['cell']>;
const single: Spans = { columns: 1, rows: 1 };

/** Bounded as the HTML standard bounds them, rows lower: nobody reads a cell a thousand rows long. */
function spansOf(attrs: readonly { readonly name: string; readonly value: string }[]): Spans {
  if (attrs.length === 0) return single;
  const span = (wanted: string): number => {
    const given = Number(attrs.find(({ name }) => name === wanted)?.value ?? 1);
    return Number.isInteger(given) && given >= 1 ? Math.min(given, 1_000) : 1;
  };
  return { columns: span('colspan'), rows: span('rowspan') };
}

/**
 * Adds the blocks of an HTML text. Reads tokens instead of building a tree: a hundred thousand nested elements then
 * cost a hundred thousand steps and no stack.
 *
 * @returns the text of `<title>`; null without one.
 */
export function addHtml(builder: TextBuilder, html: string, options: HtmlOptions = {}): string | null {
  let pieces: string[] = [];
  let title: string[] | null = null;
  let inTitle = false;
  let headingLevel = 0;
  let preDepth = 0;
  let itemMark: string | null = null;
  let dropped: { readonly tag: string; depth: number } | null = null;
  let table: OpenTable | null = null;
  /** Number of the next item of each open list; null for bullets. */
  const lists: (number | null)[] = [];

  const flush = (): void => {
    const raw = pieces.join('');
    pieces = [];
    if (preDepth > 0) {
      builder.add('code', raw);
      return;
    }
    const text = raw
      .replace(/[^\S\n\u2028]+/gu, ' ')
      .replace(/\s*\n\s*/gu, ' ')
      .replace(/ ?\u2028 ?/gu, '\n')
      .trim();
    if (text === '') return;
    if (headingLevel > 0) builder.add('heading', text.replace(/\n/gu, ' '), { level: headingLevel });
    else if (lists.length > 0) builder.add('list-item', `${itemMark ?? ''}${text}`);
    else builder.add('paragraph', text);
    itemMark = null;
  };
  const endCell = (): void => {
    if (!table?.cell) return;
    table.rows.at(-1)?.cells.push({ text: pieces.join('').replaceAll('\u2028', ' '), ...table.cell });
    pieces = [];
    table.cell = null;
  };
  const endTable = (): void => {
    if (!table) return;
    endCell();
    const rows: TableRow[] = table.rows;
    table = null;
    pieces = [];
    addTable(builder, rows);
  };
  const tableTag = (tag: string, opens: boolean, spans: Spans): void => {
    if (tag === 'table') {
      if (opens && table) table.depth += 1;
      else if (opens) {
        flush();
        table = { depth: 0, rows: [], cell: null, caption: false };
      } else if (table && table.depth > 0) table.depth -= 1;
      else endTable();
      return;
    }
    if (!table || table.depth > 0) return;
    if (tag === 'caption') {
      if (!opens) builder.add('paragraph', pieces.join('').replace(/\s+/gu, ' '));
      pieces = [];
      table.caption = opens;
    } else if (tag === 'tr') {
      endCell();
      if (opens) table.rows.push({ cells: [], header: false });
    } else if (tag === 'td' || tag === 'th') {
      endCell();
      if (!opens) return;
      if (table.rows.length === 0) table.rows.push({ cells: [], header: false });
      table.cell = spans;
      pieces = [];
      const row = table.rows.at(-1);
      // Names stand in the first row; a `th` further down names its row only.
      if (tag === 'th' && row && table.rows.length === 1) row.header = true;
    }
  };
  const blockTag = (tag: string, opens: boolean): void => {
    if (table) {
      // Inside a cell a block is a word boundary.
      pieces.push(' ');
      return;
    }
    flush();
    if (/^h[1-6]$/u.test(tag)) headingLevel = opens ? Number(tag.slice(1)) : 0;
    else if (tag === 'pre') preDepth = opens ? 1 : 0;
    else if (tag === 'ul' || tag === 'menu' || tag === 'ol') {
      if (opens) lists.push(tag === 'ol' ? 1 : null);
      else lists.pop();
    } else if (tag === 'li' && opens) {
      const next = lists.at(-1) ?? null;
      itemMark = next === null ? '- ' : `${next}. `;
      if (next !== null) lists[lists.length - 1] = next + 1;
    }
  };
  const onTag = (tag: string, opens: boolean, spans: Spans = single): void => {
    if (dropped) {
      if (tag !== dropped.tag) return;
      dropped.depth += opens ? 1 : -1;
      if (dropped.depth === 0) dropped = null;
      return;
    }
    if (opens && (neverText.has(tag) || (!options.everything && pageFurniture.has(tag)))) {
      dropped = { tag, depth: 1 };
      return;
    }
    if (tag === 'title') {
      inTitle = opens;
      if (opens) title ??= [];
    } else if (tag === 'br') pieces.push(preDepth > 0 ? '\n' : '\u2028');
    else if (['table', 'caption', 'tr', 'td', 'th'].includes(tag)) tableTag(tag, opens, spans);
    else if (ownBlock.has(tag)) blockTag(tag, opens);
  };
  const onText = ({ chars }: Token.CharacterToken): void => {
    if (inTitle) title?.push(chars);
    else if (!dropped && (!table || table.cell || table.caption)) pieces.push(chars);
  };

  const tokenizer: Tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: false },
    {
      onStartTag: ({ tagName, selfClosing, attrs }) => {
        const state = rawText[tagName];
        if (state !== undefined) tokenizer.state = state;
        // Only foreign elements can close themselves; `<svg/>` must not swallow what follows.
        if (!(selfClosing && tagName === 'svg')) onTag(tagName, true, spansOf(attrs));
      },
      onEndTag: ({ tagName }) => onTag(tagName, false),
      onCharacter: onText,
      onWhitespaceCharacter: onText,
      onNullCharacter: () => {},
      onComment: () => {},
      onDoctype: () => {},
      onEof: () => {},
    },
  );
  tokenizer.write(shrinkTags(html), true);
  if (table) endTable();
  flush();
  return title === null ? null : (title as string[]).join('').trim() || null;
}
