// Writes docs/page.png: the page over the real stack, an answered question with the passage of its citation open.
// Run it after a build: node scripts/examples/screenshot.ts [file]
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumBinary, chromiumFlags } from '../../test/journeys/support/chromium.ts';
import { createApi, untilZero } from '../../test/journeys/support/api.ts';
import { exampleCount } from '../../test/journeys/support/example-count.ts';
import { quickManifest } from '../../test/journeys/support/quick-manifest.ts';
import { startSluice } from '../../test/support/sluice-process.ts';

const file = process.argv[2] ?? join(fileURLToPath(new URL('../..', import.meta.url)), 'docs', 'page.png');
const earlier = ['在青溪运河过闸需要提前多少小时预约？', 'When is Elder Lock closed for a new bottom sill?'];
const question = 'What does a passage through Saltmere Sea Lock cost in 2026?';

// The last question is asked at zero replicas, so that the hold is seen too.
await using sluice = await startSluice({ manifest: quickManifest({ cooldownSeconds: 8, maxReplicas: 10 }) });
await createApi(sluice.url).settled(exampleCount);

const browser = await chromium.launch({ executablePath: chromiumBinary, args: [...chromiumFlags] });
try {
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  await page.goto(sluice.url);
  const answered = page.locator('.turn[data-state=answered]');
  for (const asked of [...earlier, question]) {
    if (asked === question) await untilZero(sluice.adminUrl);
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.locator('.turn').waitFor({ state: 'detached' });
    await page.locator('#ask').fill(asked);
    await page.keyboard.press('Enter');
    await answered.waitFor();
  }
  await page.locator('.answer-text .mark').first().click();
  await page.locator('.panel mark').waitFor();
  await page.screenshot({ path: file, animations: 'disabled' });
  console.log(`wrote ${file}`);
} finally {
  await browser.close();
}
