import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { conversationConformance } from '../conformance.ts';
import { createMemoryConversations } from './memory.ts';
import { createSqliteConversations } from './sqlite.ts';

conversationConformance('memory', createMemoryConversations);

test('sqlite: two replicas share one file, and it survives them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-conversations-'));
  try {
    const path = join(folder, 'conversations.sqlite');
    const ann = { tenant: 't', subject: 'ann' };
    {
      await using one = createSqliteConversations({ path });
      await using other = createSqliteConversations({ path });
      const { conversation } = await one.begin(
        ann,
        {
          turnId: 'a',
          conversationId: null,
          newConversationId: 'c',
          collection: 'default',
          question: 'Q?',
          idempotencyKey: null,
          lease: { holder: 'r1', untilMs: 10 },
        },
        0,
      );
      assert.equal((await other.read(ann, conversation.id, 11)).turns[0]?.state, 'interrupted');
    }
    await using later = createSqliteConversations({ path });
    assert.equal((await later.read(ann, 'c', 11)).turns.length, 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
