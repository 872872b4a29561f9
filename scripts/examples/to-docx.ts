import { strToU8, zipSync } from 'fflate';

const xml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006';
const parts = 'http://schemas.openxmlformats.org/package/2006';
const wordType = 'application/vnd.openxmlformats-officedocument.wordprocessingml';

const run = (text: string, bold = false): string =>
  `<w:r>${bold ? '<w:rPr><w:b/></w:rPr>' : ''}<w:t xml:space="preserve">${xml(text)}</w:t></w:r>`;

const paragraph = (text: string, style?: string, bold = false): string =>
  `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}${run(text, bold)}</w:p>`;

function table(rows: readonly string[]): string {
  const cells = rows
    .filter((row) => !/^\|[\s|:-]+\|$/.test(row))
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  const width = Math.floor(9000 / (cells[0]?.length ?? 1));
  const border = ['top', 'bottom', 'insideH']
    .map((side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="9DB0B8"/>`)
    .join('');
  const grid = (cells[0] ?? []).map(() => `<w:gridCol w:w="${width}"/>`).join('');
  const body = cells
    .map((row, index) => {
      const columns = row.map(
        (cell) =>
          `<w:tc><w:tcPr><w:tcW w:w="${width}" w:type="dxa"/></w:tcPr>${paragraph(cell, undefined, index === 0)}</w:tc>`,
      );
      return `<w:tr>${index === 0 ? '<w:trPr><w:tblHeader/></w:trPr>' : ''}${columns.join('')}</w:tr>`;
    })
    .join('');
  return `<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/><w:tblBorders>${border}</w:tblBorders></w:tblPr><w:tblGrid>${grid}</w:tblGrid>${body}</w:tbl><w:p/>`;
}

/** The blocks of the small Markdown that our sources use: headings, lists, tables, paragraphs of one line. */
function blocks(markdown: string): string {
  const out: string[] = [];
  let rows: string[] = [];
  for (const line of [...markdown.split('\n'), '']) {
    if (line.startsWith('|')) {
      rows.push(line);
      continue;
    }
    if (rows.length > 0) out.push(table(rows));
    rows = [];
    const heading = /^(#{1,3}) (.+)$/.exec(line);
    const item = /^- (.+)$/.exec(line);
    if (heading) out.push(paragraph(heading[2] ?? '', `Heading${heading[1]?.length ?? 1}`));
    else if (item) out.push(paragraph(item[1] ?? '', 'ListBullet'));
    else if (line.trim()) out.push(paragraph(line));
  }
  return out.join('');
}

const style = (id: string, name: string, size: number, level?: number): string =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/>` +
  (level === undefined ? '' : `<w:pPr><w:keepNext/><w:outlineLvl w:val="${level}"/></w:pPr>`) +
  `<w:rPr>${level === undefined ? '' : '<w:b/>'}<w:sz w:val="${size}"/></w:rPr></w:style>`;

const styles = (lang: string): string =>
  `${head}<w:styles xmlns:w="${main}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Noto Sans" w:hAnsi="Noto Sans" w:eastAsia="Noto Sans CJK SC"/><w:sz w:val="21"/><w:lang w:val="${lang}" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
  `<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>` +
  style('Heading1', 'heading 1', 36, 0) +
  style('Heading2', 'heading 2', 27, 1) +
  style('Heading3', 'heading 3', 23, 2) +
  style('ListBullet', 'List Bullet', 21) +
  '</w:styles>';

/** A valid minimal WordprocessingML package. The same input gives the same bytes. @see ECMA-376, part 1, §11.3. */
export function toDocx(markdown: string, lang: string): Uint8Array {
  const override = (part: string, type: string): string =>
    `<Override PartName="${part}" ContentType="${type}"/>`;
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${office}/relationships/${type}" Target="${target}"/>`;
  const files = {
    '[Content_Types].xml':
      `${head}<Types xmlns="${parts}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      override('/word/document.xml', `${wordType}.document.main+xml`) +
      override('/word/styles.xml', `${wordType}.styles+xml`) +
      '</Types>',
    '_rels/.rels': `${head}<Relationships xmlns="${parts}/relationships">${relation('rId1', 'officeDocument', 'word/document.xml')}</Relationships>`,
    'word/_rels/document.xml.rels': `${head}<Relationships xmlns="${parts}/relationships">${relation('rId1', 'styles', 'styles.xml')}</Relationships>`,
    'word/styles.xml': styles(lang),
    'word/document.xml': `${head}<w:document xmlns:w="${main}"><w:body>${blocks(markdown)}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>`,
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), {
    mtime: '2026-01-05T00:00:00',
  });
}
