import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { AppError } from '../../contract/app-error.ts';
import { systemClock } from '../../platform/clock.ts';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import { createDocumentReader } from './document-reader.ts';
import type { ParsedDocument } from './parser.ts';
import { makeDocx } from './testing/make-docx.ts';
import { makePdf, type PdfTextLine } from './testing/make-pdf.ts';

const limits = { maxTextCharacters: 1_000_000, maxPages: 3 };
const reader = createDocumentReader({ clock: systemClock, timeoutMs: 60_000 });
after(() => reader[Symbol.asyncDispose]());

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));
const read = (source: string, bytes: Uint8Array<ArrayBuffer> | string): Promise<ParsedDocument> =>
  reader.read(source, typeof bytes === 'string' ? bytesOf(bytes) : bytes, limits);
const outline = ({ text, blocks }: ParsedDocument): string[] =>
  blocks.map(({ kind, level, start, end }) => `${kind}${level ?? ''}: ${text.slice(start, end)}`);
const line = (text: string, y: number, size = 11, x = 72): PdfTextLine => ({ text, x, y, size });

/** The archive's own word for how large an entry is, made small. */
function lieAboutSizes(zip: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(zip.buffer);
  for (let at = 0; at + 46 < zip.length; at += 1)
    if (view.getUint32(at, true) === 0x02014b50 && view.getUint32(at + 24, true) > 1_000_000)
      view.setUint32(at + 24, 1_000, true);
  return zip;
}

describe('formats', () => {
  test('Markdown: readable text, lists, tables with column names, code, embedded HTML', async () => {
    const document = await read(
      'handbook/leave.md',
      '---\ntitle: "Leave and pay"\n---\n# Leave\n\nYou get **25 days** of [leave](x.md).\n\n- up to `five` days\n1. first\n2. second\n\n| Plan | Price |\n|---|---|\n| Basic | 10 EUR |\n| Pro | |\n\n```\nlet a = 1;\n  b();\n```\n\n<p>By <b>hand</b></p>\n',
    );
    assert.equal(document.title, 'Leave and pay');
    assert.deepEqual(outline(document), [
      'heading1: Leave',
      'paragraph: You get 25 days of leave.',
      'list-item: - up to five days',
      'list-item: 1. first',
      'list-item: 2. second',
      'table-row: Plan: Basic | Price: 10 EUR',
      'table-row: Plan: Pro',
      'code: let a = 1;\n  b();',
      'paragraph: By hand',
    ]);
  });

  test('HTML: title, headings, lists, tables; no scripts, styles, navigation', async () => {
    const document = await read(
      'a.html',
      '<html><head><title>Fees &amp; fines</title><style>p{}</style><script>if (a<b) x("</p>")</script></head><body><nav>menu</nav><h1>Fees</h1><p>One <b>two</b><br>three<ul><li>a<li>b</ul><table><tr><th>Name<th>Fee<tr><td>Lock<td>5</table><pre>x\n y</pre><footer>foot</footer></body>',
    );
    assert.equal(document.title, 'Fees & fines');
    assert.deepEqual(outline(document), [
      'heading1: Fees',
      'paragraph: One two\nthree',
      'list-item: - a',
      'list-item: - b',
      'table-row: Name: Lock | Fee: 5',
      'code: x\n y',
    ]);
  });

  test('DOCX: title, headings, tables', async () => {
    const document = await read(
      'a.docx',
      makeDocx([
        { text: 'Handbook', style: 'Title' },
        { text: 'Leave', style: 'Heading1' },
        { text: 'You get 25 days.' },
        {
          table: [
            ['Plan', 'Price'],
            ['Basic', '10 EUR'],
          ],
        },
      ]),
    );
    assert.equal(document.title, 'Handbook');
    assert.deepEqual(outline(document), [
      'heading1: Leave',
      'paragraph: You get 25 days.',
      'table-row: Plan: Basic | Price: 10 EUR',
    ]);
  });

  test('PDF: lines joined, hyphens closed up, headings by size, pages and boxes from the top left', async () => {
    const document = await read(
      'a.pdf',
      makePdf(
        [
          [
            line('Water levels', 80, 20),
            line('The level is mea-', 120),
            line('sured every day at nine.', 134),
          ],
          [line('The gate keeper writes it down', 100), line('in the book of the lock.', 114)],
        ],
        { title: 'Lock book' },
      ),
    );
    assert.equal(document.title, 'Lock book');
    assert.equal(document.pages, 2);
    assert.deepEqual(outline(document), [
      'heading1: Water levels',
      'paragraph: The level is measured every day at nine.',
      'paragraph: The gate keeper writes it down in the book of the lock.',
    ]);
    const [heading, first, second] = document.blocks;
    assert.equal(second?.page, 2);
    assert.equal(first?.lines?.length, 2);
    const box = heading?.lines?.[0]?.box;
    assert.equal(box?.page, 1);
    assert.equal(box.x, 72);
    assert.equal(box.y, 64, 'four fifths of 20 points above the baseline at 80');
    assert.equal(box.height, 20);
    for (const { start, end } of first.lines ?? [])
      assert.ok(document.text.slice(start, end).length > 10, 'each line keeps its own offsets');
  });

  test('PDF: running heads and page numbers are left out', async () => {
    const pages = Array.from({ length: 4 }, (_, page) => [
      line('Canal Trust Handbook', 30, 9),
      line(`Page ${page + 1} speaks of ${['locks', 'gates', 'boats', 'fees'][page]}.`, 200),
      line(String(page + 1), 770, 9),
    ]);
    const { text } = await reader.read('a.pdf', makePdf(pages), { ...limits, maxPages: 4 });
    assert.equal(
      text,
      'Page 1 speaks of locks.\n\nPage 2 speaks of gates.\n\nPage 3 speaks of boats.\n\nPage 4 speaks of fees.',
    );
  });

  for (const { name, bytes, want } of [
    { name: 'UTF-8 with a mark', bytes: [0xef, 0xbb, 0xbf, 0xe6, 0xb0, 0xb4], want: '水' },
    {
      name: 'UTF-16 little endian',
      bytes: [0xff, 0xfe, 0x34, 0x6c, 0x0d, 0, 0x0a, 0, 0x61, 0],
      want: '水\na',
    },
    { name: 'UTF-16 big endian', bytes: [0xfe, 0xff, 0x6c, 0x34], want: '水' },
    { name: 'GB 18030', bytes: [0xc4, 0xe3, 0xba, 0xc3], want: '你好' },
    { name: 'Windows-1252', bytes: [...Buffer.from('caf\xe9 cr\xe8me', 'latin1')], want: 'café crème' },
  ])
    test(`text: ${name}`, async () => assert.equal((await read('a.txt', new Uint8Array(bytes))).text, want));
});

describe('rubbish', () => {
  const good = makePdf([[line('Some text', 100)]]);
  for (const { source, bytes, code, says } of [
    {
      source: 'cut.pdf',
      bytes: good.slice(0, 200),
      code: 'unreadable-document',
      says: /^cut\.pdf is damaged: it is no complete PDF\. Open it in a PDF viewer/,
    },
    {
      source: 'noise.pdf',
      bytes: new Uint8Array(randomBytes(5_000)).fill(0x78, 0, 100),
      code: 'unsupported-media',
      says: /^noise\.pdf is named as a PDF but is none/,
    },
    {
      source: 'secret.pdf',
      bytes: makePdf([[line('Some text', 100)]], { encrypted: true }),
      code: 'unreadable-document',
      says: /^secret\.pdf is protected by a password\. Remove the password/,
    },
    {
      source: 'scan.pdf',
      bytes: makePdf([[]]),
      code: 'unreadable-document',
      says: /^scan\.pdf has no text layer: its pages are pictures\. Run OCR/,
    },
    {
      source: 'long.pdf',
      bytes: makePdf([[], [], [], []]),
      code: 'too-large',
      says: /^long\.pdf has 4 pages, 3 is the limit/,
    },
    {
      source: 'empty.docx',
      bytes: new Uint8Array(0),
      code: 'unreadable-document',
      says: /^empty\.docx is empty \(0 bytes\)/,
    },
    {
      source: 'cut.docx',
      bytes: makeDocx([{ text: 'x' }]).slice(0, 400),
      code: 'unreadable-document',
      says: /^cut\.docx is damaged/,
    },
    {
      source: 'other.docx',
      bytes: new Uint8Array(zipSync({ 'a.txt': strToU8('x') })),
      code: 'unsupported-media',
      says: /^other\.docx is a zip archive but not a Word document/,
    },
    {
      source: 'secret.docx',
      bytes: new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      code: 'unreadable-document',
      says: /^secret\.docx is protected by a password or is an old \.doc file/,
    },
    {
      source: 'bomb.docx',
      bytes: makeDocx([], new Uint8Array(129 * 1024 * 1024)),
      code: 'too-large',
      says: /^bomb\.docx unpacks to more than 128 MiB/,
    },
    {
      source: 'lying.docx',
      bytes: lieAboutSizes(makeDocx([], new Uint8Array(129 * 1024 * 1024))),
      code: 'too-large',
      says: /^lying\.docx unpacks to more than 128 MiB/,
    },
    {
      source: 'long.txt',
      bytes: bytesOf('word '.repeat(200_001)),
      code: 'too-large',
      says: /^long\.txt holds more than 1,000,000 characters/,
    },
    {
      source: 'program.txt',
      bytes: new Uint8Array(500).map((_, at) => (at * 7) % 256),
      code: 'unsupported-media',
      says: /^program\.txt is not text/,
    },
    {
      source: 'picture.md',
      bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
      code: 'unsupported-media',
      says: /^picture\.md is a PNG picture/,
    },
    {
      source: 'blank.md',
      bytes: bytesOf(' \n\n '),
      code: 'unreadable-document',
      says: /^blank\.md holds no text/,
    },
  ])
    test(`${source} is refused with a sentence`, async () =>
      assert.rejects(
        read(source, bytes),
        (error) => error instanceof AppError && error.code === code && says.test(error.message),
      ));

  for (const { name, html, want } of [
    { name: '100,000 nested elements', html: `${'<div>'.repeat(100_000)}deep`, want: 'deep' },
    { name: '100,000 nested tables', html: `${'<table><tr><td>'.repeat(100_000)}deep`, want: 'deep' },
    { name: 'an attribute of 50 MB', html: `<p a="${'x'.repeat(50 * 1024 * 1024)}">deep</p>`, want: 'deep' },
    { name: 'a tag that never ends', html: `deep<p a="${'x'.repeat(1024 * 1024)}`, want: 'deep' },
    { name: 'a tag inside a script', html: `<script>i<n${' '.repeat(30_000)}</script>deep`, want: 'deep' },
    { name: 'nothing but navigation', html: '<nav>deep', want: 'deep' },
  ])
    test(`HTML with ${name} is read`, async () => assert.equal((await read('a.html', html)).text, want));
});

describe('the reader', () => {
  const thread = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const hanging = thread(
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { for (;;); });",
  );

  test('stops a parser that hangs, and reads on with a new one', async () => {
    const clock = createVirtualClock();
    await using stuck = createDocumentReader({ clock, timeoutMs: 5_000, threadUrl: hanging });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const reading = stuck.read('slow.md', bytesOf('x'), limits);
      const [outcome] = await Promise.all([reading.catch((error: unknown) => error), clock.advance(5_000)]);
      assert.ok(outcome instanceof AppError);
      assert.equal(outcome.code, 'unreadable-document');
      assert.match(outcome.message, /^slow\.md could not be read within 5 s/);
    }
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    await using stuck = createDocumentReader({
      clock: createVirtualClock(),
      timeoutMs: 5_000,
      threadUrl: hanging,
    });
    const reading = stuck.read('slow.md', bytesOf('x'), limits, stop.signal);
    stop.abort(new AppError('cancelled', 'told to'));
    await assert.rejects(reading, { code: 'cancelled' });
  });

  test('survives a parser that eats all memory', async () => {
    const greedy = thread(
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { const all = []; for (;;) all.push(new Array(10000).fill(all.length)); });",
    );
    await using hungry = createDocumentReader({
      clock: createVirtualClock(),
      timeoutMs: 5_000,
      maxHeapMegabytes: 32,
      threadUrl: greedy,
    });
    await assert.rejects(hungry.read('fat.md', bytesOf('x'), limits), {
      code: 'too-large',
      message: /^fat\.md needs more memory to read than one document may use/,
    });
  });

  test('survives buffers outside of the heap', async () => {
    const greedy = thread(
      "import { parentPort } from 'node:worker_threads'; const all = []; parentPort.on('message', () => { for (let i = 0; i < 8; i += 1) all.push(Buffer.alloc(16 * 1024 * 1024, 1)); for (;;); });",
    );
    await using hungry = createDocumentReader({
      clock: systemClock,
      timeoutMs: 60_000,
      maxGrowthMegabytes: 64,
      threadUrl: greedy,
    });
    await assert.rejects(hungry.read('fat.pdf', bytesOf('x'), limits), { code: 'too-large' });
  });
});
