import { decodeText } from '../decode-text.ts';
import { addHtml } from '../html-blocks.ts';
import type { Parser } from '../parser.ts';
import { splitMarkdown } from '../split-markdown.ts';
import { addTable, plainCell, type TableCell, type TableRow } from '../table-rows.ts';
import { createTextBuilder, type TextBuilder } from '../text-builder.ts';

/** The part of markdown-it's token that is used here. */
interface Token {
  readonly type: string;
  readonly tag: string;
  readonly content: string;
  readonly info: string;
  readonly markup: string;
  readonly children: readonly Token[] | null;
}

/** Text of an inline token: marks dropped, link texts and image descriptions kept. */
function inlineText(token: Token | undefined): string {
  return (token?.children ?? [])
    .map((child) => {
      if (child.type === 'softbreak' || child.type === 'hardbreak') return '\n';
      if (child.type === 'image') return child.content;
      if (child.type === 'html_inline') return /^<br\b/iu.test(child.content) ? '\n' : '';
      return child.content;
    })
    .join('');
}

/** Walks one table from after `table_open`. @returns the rows, and where `table_close` stands. */
function readTable(tokens: readonly Token[], from: number): { rows: TableRow[]; end: number } {
  const rows: { cells: TableCell[]; header: boolean }[] = [];
  let at = from;
  for (; at < tokens.length && tokens[at]?.type !== 'table_close'; at += 1) {
    const { type = '', content } = tokens[at] ?? {};
    if (type === 'tr_open') rows.push({ cells: [], header: false });
    const row = rows.at(-1);
    if (type === 'th_open' && row) row.header = true;
    if (type === 'inline' && content !== undefined) row?.cells.push(plainCell(inlineText(tokens[at])));
  }
  return { rows, end: at };
}

function addTokens(builder: TextBuilder, tokens: readonly Token[]): void {
  /** Number of the next item of each open list; null for bullets. */
  const lists: (number | null)[] = [];
  let itemMark: string | null = null;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (!token) break;
    switch (token.type) {
      case 'heading_open':
        builder.add('heading', inlineText(tokens[at + 1]), { level: Number(token.tag.slice(1)) });
        at += 2;
        break;
      case 'bullet_list_open':
        lists.push(null);
        break;
      case 'ordered_list_open':
        lists.push(1);
        break;
      case 'bullet_list_close':
      case 'ordered_list_close':
        lists.pop();
        break;
      case 'list_item_open': {
        const next = lists.at(-1) ?? null;
        itemMark = next === null ? '- ' : `${token.info || String(next)}. `;
        if (next !== null) lists[lists.length - 1] = next + 1;
        break;
      }
      case 'inline': {
        const inList = lists.length > 0;
        const indent = '  '.repeat(Math.max(0, lists.length - 1));
        if (inList && itemMark !== null) builder.add('list-item', `${itemMark}${inlineText(token)}`);
        else builder.add(inList ? 'list-item' : 'paragraph', `${indent}${inlineText(token)}`);
        itemMark = null;
        break;
      }
      case 'fence':
      case 'code_block':
        builder.add('code', token.content);
        break;
      case 'html_block':
        addHtml(builder, token.content);
        break;
      case 'table_open': {
        const { rows, end } = readTable(tokens, at + 1);
        addTable(builder, rows);
        at = end;
        break;
      }
      default:
    }
  }
}

/** Markdown with tables; front matter gives the title and is not searched. */
export const markdownParser: Parser = {
  name: 'markdown',
  parse: async (bytes, options) => {
    const { default: MarkdownIt } = await import('markdown-it');
    const { title, sections } = splitMarkdown(decodeText(bytes, options.source));
    const builder = createTextBuilder(options);
    const markdown = new MarkdownIt({ html: true, linkify: false });
    for (const section of sections) addTokens(builder, markdown.parse(section, {}));
    return builder.finish(title ?? builder.firstHeading(), 'text/markdown');
  },
};
