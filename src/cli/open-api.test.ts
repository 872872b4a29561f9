import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConversationList } from '../contract/conversation.ts';
import { openApi } from './open-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-open-api-'));
after(() => rmSync(folder, { recursive: true }));

const config = join(folder, 'sluice.yaml');
const sha256 = createHash('sha256').update('swordfish').digest('hex');
writeFileSync(config, JSON.stringify({ apiKeys: [{ sha256, tenant: 'harbour', subject: 'ann' }] }));

/** Conversations that this environment's key, or nobody's, can see after one is made. */
async function conversations(key: string | null): Promise<number> {
  if (key === null) delete process.env['SLUICE_API_KEY'];
  else process.env['SLUICE_API_KEY'] = key;
  try {
    await using api = await openApi({ config, dataDir: join(folder, 'data') });
    await api.request('/v1/conversations', { method: 'POST' });
    return ConversationList.parse(await (await api.request('/v1/conversations')).json()).data.length;
  } finally {
    delete process.env['SLUICE_API_KEY'];
  }
}

test('commands over the files need no key; one that is given says for whom', async () => {
  assert.equal(await conversations(null), 1);
  assert.equal(await conversations('swordfish'), 1);
  assert.equal(await conversations(null), 2);
  await assert.rejects(conversations('another'), { code: 'unauthenticated' });
});
