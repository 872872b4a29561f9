import { strToU8, zipSync } from 'fflate';

/** A paragraph with an optional built-in style (`Heading1`, `Title`), or a table of texts. */
export type DocxBlock =
  | { readonly text: string; readonly style?: string }
  | { readonly table: readonly (readonly string[])[] };

const paragraph = (text: string, style?: string): string =>
  `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

const styles = ['Heading1', 'Heading2', 'Title']
  .map(
    (id) =>
      `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${id.replace(/(\d)/, ' $1').toLowerCase().replace('title', 'Title')}"/></w:style>`,
  )
  .join('');

const namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** A small Word document, for tests. `documentXml` replaces the body's part altogether. */
export function makeDocx(blocks: readonly DocxBlock[], documentXml?: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = blocks
    .map((block) =>
      'table' in block
        ? `<w:tbl>${block.table
            .map((row) => `<w:tr>${row.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`)
            .join('')}</w:tbl>`
        : paragraph(block.text, block.style),
    )
    .join('');
  const part = (xml: string): Uint8Array =>
    strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${xml}`);
  return new Uint8Array(
    zipSync({
      '[Content_Types].xml': part(
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
      ),
      '_rels/.rels': part(
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
      ),
      'word/_rels/document.xml.rels': part(
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
      ),
      'word/styles.xml': part(`<w:styles ${namespace}>${styles}</w:styles>`),
      'word/document.xml':
        documentXml ?? part(`<w:document ${namespace}><w:body>${body}</w:body></w:document>`),
    }),
  );
}
