// The page in a real browser over the real stack: opened at zero replicas, asked in two languages, fed by its button,
// while its strip shows 0 -> 1 -> 0.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startSluice, type SluiceProcess } from '../support/sluice-process.ts';
import { createApi, targetStatus, untilZero } from './support/api.ts';
import { chromiumBinary, chromiumFlags } from './support/chromium.ts';
import { exampleCount } from './support/example-count.ts';
import { exampleQuestion } from './support/example-question.ts';
import { quickManifest } from './support/quick-manifest.ts';

const skip = existsSync(chromiumBinary)
  ? false
  : `${chromiumBinary} is not installed (apt-get install chromium)`;

describe('the page over the real stack', { skip }, () => {
  let sluice: SluiceProcess;
  let browser: Browser;
  const complaints: string[] = [];

  before(async () => {
    [sluice, browser] = await Promise.all([
      startSluice({ manifest: quickManifest() }),
      chromium.launch({ executablePath: chromiumBinary, args: [...chromiumFlags] }),
    ]);
    await createApi(sluice.url).settled(exampleCount);
    await untilZero(sluice.adminUrl);
  });
  after(async () => {
    await browser.close();
    await sluice[Symbol.asyncDispose]();
  });

  async function open(locale: string): Promise<Page> {
    const context = await browser.newContext({ locale, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(sluice.url);
    await page.locator('#ask').waitFor();
    return page;
  }
  async function ask(page: Page, question: string): Promise<string> {
    const turns = page.locator('.turn[data-state=answered]');
    const before = await turns.count();
    await page.locator('#ask').fill(question);
    await page.keyboard.press('Enter');
    await turns.nth(before).waitFor();
    return (await turns.nth(before).locator('.answer-text').textContent()) ?? '';
  }

  test('asked at zero replicas it answers; a citation opens the passage with its words marked; then all sleeps again', async () => {
    const { question, answers, sources } = exampleQuestion('en-02');
    const page = await open('en-GB');
    const strip = page.getByRole('region', { name: 'Replicas, live' });
    // Its lists may have woken a replica; left alone the page keeps none awake.
    await untilZero(sluice.adminUrl);
    await strip.getByText('Asleep').first().waitFor();

    assert.ok((await ask(page, question)).includes(answers[0] ?? '-'));
    await strip.getByText('1 ready').first().waitFor();
    assert.match((await page.locator('.turn-footer').textContent()) ?? '', /Held \d/);
    assert.match((await page.locator('.turn-footer').textContent()) ?? '', /verified/);

    await page.locator('.answer-text .mark').first().click();
    const panel = page.getByRole('complementary', { name: 'Cited passages' });
    const marked = (await panel.locator('mark').textContent()) ?? '';
    assert.ok(marked.includes(answers[0] ?? '-'), `marked: ${marked}`);
    assert.ok(await panel.locator('mark').isVisible());
    assert.ok(((await panel.locator('.passage').textContent()) ?? '').includes(marked));
    assert.ok(((await panel.locator('.source').textContent()) ?? '').includes(sources[0] ?? '-'));
    assert.equal(await panel.locator('.verdict-box').getAttribute('data-verified'), 'true');

    await strip.getByText('Asleep').first().waitFor();
    assert.deepEqual((await targetStatus(sluice.adminUrl)).replicas, []);
    await strip.getByRole('button').click();
    const steps = (await strip.locator('.decision-step').allTextContents()).filter((step) =>
      step.includes('→'),
    );
    assert.deepEqual(steps.slice(0, 2), ['1 → 0', '0 → 1']);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('asked in Chinese it answers in Chinese, with the passage', async () => {
    const { question, answers, sources } = exampleQuestion('zh-04');
    const page = await open('zh-CN');
    assert.match(await ask(page, question), /48\s*小时/);
    assert.deepEqual(answers, ['48小时']);
    await page.locator('.answer-text .mark').first().click();
    await page.locator('.panel mark').waitFor();
    assert.match((await page.locator('.panel mark').textContent()) ?? '', /48\s*小时/);
    assert.ok(((await page.locator('.panel .source').textContent()) ?? '').includes(sources[0] ?? '-'));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('a document that is added by the button is answered from', async () => {
    const page = await open('en-GB');
    await page.getByRole('button', { name: `Documents ${exampleCount}` }).click();
    const drawer = page.getByRole('dialog', { name: 'Documents' });
    const chooser = page.waitForEvent('filechooser');
    await drawer.getByRole('button', { name: 'Choose files' }).click();
    await (
      await chooser
    ).setFiles([
      {
        name: 'ferry.md',
        mimeType: 'text/markdown',
        buffer: Buffer.from('# Ferry\n\nThe ferry Kittiwake carries 46 passengers.\n'),
      },
    ]);
    await drawer.locator('.document', { hasText: 'ferry.md' }).getByText('Ready').waitFor();
    await page.keyboard.press('Escape');
    assert.match(await ask(page, 'How many passengers does the ferry Kittiwake carry?'), /46 passengers/);
    await page.locator('.answer-text .mark').first().click();
    assert.match((await page.locator('.panel .source').textContent()) ?? '', /^ferry\.md/);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
});
