// The page in a real browser against a server that speaks the contract. The journey over real processes has its own test.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { replica, scripted, documentFixture } from './page-fixtures.ts';
import { startPageServer, type PageServer } from './page-server.ts';

const binary = '/usr/bin/chromium';
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const skip = existsSync(binary) ? false : `${binary} is not installed (apt-get install chromium)`;

const guide =
  'Alder Lock and Elder Lock are often mistaken for one another. They stand 2.3 km apart. Elder Lock is 1.89 m deep.';
const depth = scripted([
  { text: 'They stand 2.3 km apart.', source: 'visitors/lock-guide.md', passage: guide },
  { text: 'Elder Lock is 1.89 m deep.', source: 'visitors/lock-guide.md', passage: guide },
  {
    text: 'It has 9 gates.',
    source: 'board/report.pdf',
    passage: 'It has 6 gates.',
    page: 3,
    verified: false,
  },
]);

describe('the page', { skip }, () => {
  let browser: Browser;
  let server: PageServer;
  let complaints: string[] = [];

  before(async () => {
    browser = await chromium.launch({ executablePath: binary, args: flags });
  });
  after(() => browser.close());
  beforeEach(async () => {
    complaints = [];
    server = await startPageServer();
    server.answers = [depth];
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server[Symbol.asyncDispose]();
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    await page.goto(server.url);
    await page.locator('#ask').waitFor();
    return page;
  }
  async function ask(page: Page, question: string): Promise<void> {
    await page.locator('#ask').fill(question);
    await page.keyboard.press('Enter');
  }
  const turnIn = (page: Page, state: string) => page.locator(`.turn[data-state=${state}]`);
  const textOf = async (page: Page, selector: string): Promise<string> =>
    (await page.locator(selector).first().textContent()) ?? '';
  const fitsWidth = (page: Page): Promise<boolean> =>
    page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');

  test('an answer is shown while it is written, with the hold, its citations and their verdict', async () => {
    server.answers = [{ ...depth, paceMs: 40, heldMs: 120 }];
    const page = await open();
    await ask(page, 'How deep is Elder Lock?');
    await turnIn(page, 'generating').waitFor();
    const early = await textOf(page, '.answer-text');
    await turnIn(page, 'answered').waitFor();
    const whole = await textOf(page, '.answer-text');
    assert.ok(early.length < whole.length, `"${early}" is already whole`);
    assert.equal(await textOf(page, '.question'), 'Your question: How deep is Elder Lock?');
    assert.deepEqual(await page.locator('.answer-text .mark').allTextContents(), ['1', '2', '3?']);
    const footer = await textOf(page, '.turn-footer');
    assert.match(footer, /2 of 3 citations verified/);
    assert.match(footer, /Held 120 ms while a replica started/);
    assert.match(await textOf(page, '[role=status]'), /^Answer: They stand 2\.3 km apart\./);
    assert.deepEqual(complaints, []);
  });

  test('a citation opens its passage with the cited words marked; Escape closes and gives the focus back', async () => {
    const page = await open();
    await ask(page, 'How deep is Elder Lock?');
    await turnIn(page, 'answered').waitFor();
    await page.getByRole('button', { name: 'Citation 2, verified, visitors/lock-guide.md' }).click();
    const panel = page.getByRole('complementary', { name: 'Cited passages' });
    assert.equal(await panel.locator('mark').textContent(), 'Elder Lock is 1.89 m deep.');
    assert.equal(await panel.locator('.passage').textContent(), guide);
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Passage 2');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    assert.match(String(await page.evaluate('document.activeElement.ariaLabel')), /^Citation 2/);

    await page.getByRole('button', { name: 'Citation 3, not verified, board/report.pdf' }).click();
    assert.match((await panel.textContent()) ?? '', /A number of the sentence is not in this passage\./);
    const link = panel.getByRole('link', { name: 'Open document' });
    assert.equal(await link.getAttribute('href'), '/v1/documents/document-2/content#page=3');
    assert.deepEqual(complaints, []);
  });

  test('what the documents do not hold is said plainly', async () => {
    server.answers = [
      { text: 'The documents do not say what the director earns.', citations: [], grounded: false },
    ];
    const page = await open();
    await ask(page, 'What does the director earn?');
    assert.equal(await textOf(page, '.not-found'), 'Not in your documents');
  });

  test('stopping keeps what was written; a cut answer and a refused one can be tried again', async () => {
    server.answers = [
      { ...depth, paceMs: 500 },
      // A browser may drop what it has not read when the connection breaks: the page gets time to learn the turn's id.
      { ...depth, end: 'cut', paceMs: 150 },
      depth,
      { ...depth, end: 'refused' },
      depth,
    ];
    const page = await open();
    await ask(page, 'First');
    // Some of the answer must be there, and some of it still to come.
    await turnIn(page, 'generating').getByText('They').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await turnIn(page, 'abandoned').waitFor();
    assert.match(await textOf(page, '.answer-text'), /^They/);

    await ask(page, 'Second');
    await turnIn(page, 'interrupted').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await turnIn(page, 'answered').waitFor();
    assert.match(
      server.requests.map(({ path }) => path).join(' '),
      /conversations\/c1\/turns\/turn-\d\/retry/,
    );

    await ask(page, 'Third');
    await turnIn(page, 'failed').waitFor();
    assert.match(await textOf(page, '.problem'), /^No replica became ready within 30 s\./);
    await page.getByRole('button', { name: 'Try again' }).click();
    await turnIn(page, 'answered').nth(1).waitFor();
    assert.equal(await page.locator('.turn').count(), 3);
    assert.deepEqual(complaints, []);
  });

  test('a follow-up names its conversation; conversations can be opened, begun anew and deleted', async () => {
    const page = await open();
    await ask(page, 'How deep is Elder Lock?');
    await turnIn(page, 'answered').waitFor();
    await ask(page, 'And Alder?');
    await turnIn(page, 'answered').nth(1).waitFor();
    const asked = server.requests.filter(({ path }) => path === '/v1/chat/completions');
    assert.match(asked[1]?.body ?? '', /"conversation_id":"c1"/);

    await page.reload();
    await turnIn(page, 'answered').nth(1).waitFor();
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.getByRole('heading', { name: 'What would you like to know?' }).waitFor();
    await page.getByRole('button', { name: 'How deep is Elder Lock?', exact: true }).click();
    await turnIn(page, 'answered').nth(1).waitFor();

    await page.getByRole('button', { name: 'Delete How deep is Elder Lock?' }).click();
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('button', { name: 'Delete How deep is Elder Lock?' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('Your conversations will be listed here.').waitFor();
    assert.equal(await page.locator('.turn').count(), 0);
  });

  test('documents: upload with its states, refusal in the words of the server, deletion after a question', async () => {
    server.documents.push(
      documentFixture({ id: 'bad', source: 'broken.pdf', state: 'failed', error: 'broken.pdf is cut off.' }),
    );
    const page = await open();
    await page.getByRole('button', { name: 'Documents 1' }).click();
    const drawer = page.getByRole('dialog', { name: 'Documents' });
    await drawer.getByText('broken.pdf is cut off.').waitFor();
    await drawer.locator('input[type=file]').setInputFiles([
      { name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Notes\n'.repeat(1000)) },
      { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    ]);
    await drawer.getByText('Programs cannot be read.').waitFor();
    await drawer.locator('.document', { hasText: 'notes.md' }).getByText('Ready').waitFor();
    await drawer.getByRole('button', { name: 'Delete notes.md' }).click();
    await drawer.getByRole('button', { name: 'Delete', exact: true }).click();
    await drawer.getByText('notes.md').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
  });

  test('a file that is dropped on the page shows how much of it has been sent', async () => {
    const page = await open();
    // Half of the upload is reported, then the rest: the network of a test is too fast to see it.
    await page.evaluate(`
      XMLHttpRequest.prototype.send = function () {
        this.upload.dispatchEvent(new ProgressEvent('progress', { loaded: 50, total: 100 }));
      };
      const transfer = new DataTransfer();
      transfer.items.add(new File(['# A'], 'dropped.md', { type: 'text/markdown' }));
      window.dispatchEvent(new DragEvent('dragover', { dataTransfer: transfer, cancelable: true }));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    `);
    const row = page
      .getByRole('dialog', { name: 'Documents' })
      .locator('.document', { hasText: 'dropped.md' });
    await row.getByText('Uploading').waitFor();
    assert.equal(await row.locator('progress').evaluate((bar) => bar.getAttribute('value')), '0.5');
  });

  test('the strip follows 0 → 1 → 0 and tells why', async () => {
    const page = await open();
    const strip = page.getByRole('region', { name: 'Replicas, live' });
    await strip.getByText('Asleep').first().waitFor();
    const atMs = Date.now();
    const woken = 'A request arrived and no replica is running: one is started.';
    server.scale(
      { replicas: [replica('r1', 'starting')], pending: 2 },
      { atMs, kind: 'scale', from: 0, to: 1, reason: 'activation', explanation: woken },
    );
    await strip.getByRole('img', { name: 'r1: starting' }).first().waitFor();
    await strip.getByText('2 held').first().waitFor();
    await strip.getByText(woken).first().waitFor();
    server.scale({
      replicas: [replica('r1', 'ready')],
      pending: 0,
      inFlight: 2,
      cooldownEndsAtMs: Date.now() + 61_500,
    });
    await strip.getByText('1 ready').first().waitFor();
    await strip
      .getByText(/sleeps in 1:0[01]/)
      .first()
      .waitFor();
    const slept = 'Nothing arrived for 60 s: the last replica was stopped.';
    server.scale(
      { replicas: [], inFlight: 0, cooldownEndsAtMs: null },
      { atMs: atMs + 1, kind: 'scale', from: 1, to: 0, reason: 'cooldown-elapsed', explanation: slept },
    );
    await strip.getByText('Asleep').first().waitFor();
    await strip.getByRole('button').click();
    assert.deepEqual(await strip.locator('.decision-step').allTextContents(), ['1 → 0', '0 → 1']);
  });

  test('the strip opens again after its stream was cut', async () => {
    const page = await open();
    const strip = page.getByRole('region', { name: 'Replicas, live' });
    await strip.getByText('Asleep').first().waitFor();
    server.cutEvents();
    await strip.getByText('Live view lost, reconnecting').waitFor();
    await strip.getByText('Asleep').first().waitFor();
  });

  test('keyboard only: to the field, send, a new line, a citation, the passage and back', async () => {
    const page = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('One');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two?');
    await page.keyboard.press('Enter');
    await turnIn(page, 'answered').waitFor();
    assert.match(server.requests.find(({ path }) => path.endsWith('completions'))?.body ?? '', /One\\ntwo\?/);
    const focused = (): Promise<unknown> => page.evaluate('document.activeElement.ariaLabel');
    for (let step = 0; step < 9 && !String(await focused()).startsWith('Citation 1'); step += 1) {
      await page.keyboard.press('Shift+Tab');
    }
    await page.keyboard.press('Enter');
    await page.locator('.panel mark').waitFor();
    await page.keyboard.press('Escape');
    assert.match(String(await focused()), /^Citation 1/);
  });

  test('Chinese: chosen from the browser, switched, and remembered', async () => {
    const text = '竹溪上闸与竹溪下闸相距仅700米。';
    server.answers = [scripted([{ text, source: '过闸规则.pdf', passage: `第二条 ${text}`, page: 1 }])];
    const page = await open({ locale: 'zh-CN' });
    await page.getByRole('heading', { name: '您想了解什么？' }).waitFor();
    await ask(page, '两闸相距多远？');
    await turnIn(page, 'answered').waitFor();
    await page.getByRole('button', { name: '引用 1，已核实，过闸规则.pdf' }).click();
    assert.equal(await textOf(page, '.panel mark'), text);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('The citation is verified').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'New conversation' }).waitFor();
    assert.equal(await page.evaluate('document.documentElement.lang'), 'en');
  });

  test('Enter that picks a word of an input method does not send', async () => {
    const page = await open();
    await page.locator('#ask').fill('ni hao');
    await page
      .locator('#ask')
      .dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true });
    assert.equal(await page.locator('.turn').count(), 0);
    assert.equal(await page.locator('#ask').inputValue(), 'ni hao');
  });

  test('a phone: nothing is wider than the screen, and the passage is a sheet', async () => {
    server.scale({ replicas: [replica('a', 'ready'), replica('b', 'starting')], pending: 12, inFlight: 8 });
    server.documents.push(documentFixture({ source: `${'a-very-long-name'.repeat(8)}.md` }));
    const page = await open({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    assert.ok(await fitsWidth(page), 'welcome');
    await ask(page, `A long word: ${'x'.repeat(200)}`);
    await turnIn(page, 'answered').waitFor();
    assert.ok(await fitsWidth(page), 'answer');
    await page.locator('.mark').first().tap();
    await page.locator('.panel mark').waitFor();
    assert.ok(await fitsWidth(page), 'sheet');
    const box = await page.locator('.panel').boundingBox();
    assert.deepEqual([box?.x, box?.width], [0, 360]);
    await page.getByRole('button', { name: 'Close' }).tap();
    await page.getByRole('button', { name: 'Conversations and documents' }).tap();
    await page.getByRole('button', { name: /^Documents/ }).tap();
    await page.getByRole('dialog').waitFor();
    assert.ok(await fitsWidth(page), 'documents');
  });

  test('markup in answers, names, titles and explanations stays text', async () => {
    const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
    server.answers = [scripted([{ text: evil, source: `${evil}.md`, passage: `${evil} and more` }])];
    server.documents.push(documentFixture({ source: evil, state: 'failed', error: evil }));
    const decision = { atMs: 1, kind: 'scale', from: 0, to: 1, reason: evil, explanation: evil } as const;
    server.scale({ replicas: [replica(evil, 'ready')] }, decision);
    const page = await open();
    await ask(page, evil);
    await turnIn(page, 'answered').waitFor();
    await page.locator('.mark').first().click();
    assert.equal(await textOf(page, '.panel mark'), evil);
    await page.getByRole('region', { name: 'Replicas, live' }).getByRole('button').click();
    await page.getByRole('button', { name: /^Documents/ }).click();
    await page.getByRole('dialog').locator('.problem').waitFor();
    assert.equal(await page.locator('#app img, #app script').count(), 0);
    assert.equal(await page.evaluate('window.hacked'), undefined);
    assert.deepEqual(complaints, []);
  });

  test('a server with keys: the page asks once, keeps the key in the tab, and loads what was refused', async () => {
    server.apiKey = 'key-1';
    server.documents.push(documentFixture({}));
    const page = await open();
    const dialog = page.getByRole('dialog', { name: 'This server asks for an API key' });
    await dialog.getByLabel('API key').fill('wrong');
    await dialog.getByRole('button', { name: 'Use this key' }).click();
    await dialog.getByText('The server did not accept the key.').waitFor();
    await dialog.getByLabel('API key').fill('key-1');
    await dialog.getByRole('button', { name: 'Use this key' }).click();
    await page.getByRole('button', { name: 'Documents 1' }).waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.deepEqual(await page.evaluate('[localStorage.length, sessionStorage.length]'), [0, 1]);
  });

  test('nothing is loaded from anywhere else', async () => {
    const page = await open();
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await page.reload();
    await ask(page, 'How deep?');
    await turnIn(page, 'answered').waitFor();
    assert.ok(urls.length > 4);
    assert.deepEqual(
      urls.filter((url) => !url.startsWith(server.url)),
      [],
    );
  });
});
