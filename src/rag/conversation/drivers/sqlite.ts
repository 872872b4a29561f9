import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../../contract/app-error.ts';
import type { ConversationView, TurnView } from '../../../contract/conversation.ts';
import type { Citation } from '../../../contract/passage.ts';
import type { Principal } from '../../../contract/principal.ts';
import { inSnapshot, inTransaction, openDatabase } from '../../../platform/sqlite.ts';
import { maxTurns, type BegunTurn, type ConversationStore, type TurnLease } from '../conversation-store.ts';
import { titleOf } from '../title-of.ts';
import { isFinal, mayMove, mayRetry, shownState, type StoredState } from '../turn-transitions.ts';

const migrations = [
  `CREATE TABLE conversations (
     id TEXT PRIMARY KEY, tenant TEXT NOT NULL, subject TEXT NOT NULL, title TEXT NOT NULL, collection TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL, changes INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX conversations_by_change ON conversations (tenant, subject, changes DESC);
   CREATE TABLE turns (
     id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
     position INTEGER NOT NULL, question TEXT NOT NULL, standalone_query TEXT, state TEXT NOT NULL,
     answer TEXT NOT NULL DEFAULT '', citations TEXT NOT NULL DEFAULT '[]', grounded INTEGER NOT NULL DEFAULT 0,
     error TEXT, lease_holder TEXT, lease_until_ms INTEGER, created_at_ms INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL,
     UNIQUE (conversation_id, position)
   ) STRICT;
   CREATE TABLE idempotency_keys (
     tenant TEXT NOT NULL, subject TEXT NOT NULL, key TEXT NOT NULL,
     turn_id TEXT NOT NULL REFERENCES turns (id) ON DELETE CASCADE, PRIMARY KEY (tenant, subject, key)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE traces (
     turn_id TEXT PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE, trace TEXT NOT NULL
   ) STRICT;`,
] as const;

type Row = Record<string, unknown>;
const text = (row: Row, name: string): string => String(row[name]);
const nullable = (row: Row, name: string): string | null =>
  typeof row[name] === 'string' ? row[name] : null;
const integer = (row: Row, name: string): number => Number(row[name]);
const leaseOf = (row: Row): number | null =>
  row['lease_until_ms'] === null ? null : integer(row, 'lease_until_ms');
const stateOf = (row: Row): StoredState => text(row, 'state') as StoredState;

function conversationView(row: Row): ConversationView {
  return {
    id: text(row, 'id'),
    title: text(row, 'title'),
    collection: text(row, 'collection'),
    createdAtMs: integer(row, 'created_at_ms'),
    updatedAtMs: integer(row, 'updated_at_ms'),
  };
}

function turnView(row: Row, nowMs: number): TurnView {
  return {
    id: text(row, 'id'),
    conversationId: text(row, 'conversation_id'),
    position: integer(row, 'position'),
    question: text(row, 'question'),
    standaloneQuery: nullable(row, 'standalone_query'),
    state: shownState(stateOf(row), leaseOf(row), nowMs),
    answer: text(row, 'answer'),
    // Written by `advance` alone, so it has the shape it was given there.
    citations: JSON.parse(text(row, 'citations')) as Citation[],
    grounded: integer(row, 'grounded') === 1,
    error: nullable(row, 'error'),
    createdAtMs: integer(row, 'created_at_ms'),
    updatedAtMs: integer(row, 'updated_at_ms'),
  };
}

const noConversation = (id: string): AppError =>
  new AppError('not-found', `There is no conversation ${id}.`, { param: 'conversation_id' });

/** Newest change: rises with every change of any conversation, so that two in one millisecond keep their order. */
const nextChange = '(SELECT coalesce(max(changes), 0) + 1 FROM conversations)';

/** Conversations in one SQLite file, shared by all replicas of a machine. @param path a file, or `:memory:`. */
export function createSqliteConversations({ path }: { readonly path: string }): ConversationStore {
  const database = openDatabase({ path, migrations, durability: 'full' });
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const run = (sql: string): ReturnType<DatabaseSync['prepare']> => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };

  const conversationRow = ({ tenant, subject }: Principal, id: string): Row => {
    const row = run('SELECT * FROM conversations WHERE id = ? AND tenant = ? AND subject = ?').get(
      id,
      tenant,
      subject,
    );
    if (!row) throw noConversation(id);
    return row;
  };
  const turnRow = (id: string): Row | undefined => run('SELECT * FROM turns WHERE id = ?').get(id);
  const turnsOf = (conversationId: string, nowMs: number): TurnView[] =>
    run('SELECT * FROM turns WHERE conversation_id = ? ORDER BY position')
      .all(conversationId)
      .map((row) => turnView(row, nowMs));
  const begun = (principal: Principal, row: Row, created: boolean, nowMs: number): BegunTurn => {
    const conversation = conversationView(conversationRow(principal, text(row, 'conversation_id')));
    const turn = turnView(row, nowMs);
    const earlier = turnsOf(conversation.id, nowMs).filter(({ position }) => position < turn.position);
    return { conversation, turn, earlier, created };
  };
  const touch = (conversationId: string, nowMs: number): void => {
    run(`UPDATE conversations SET updated_at_ms = ?, changes = ${nextChange} WHERE id = ?`).run(
      nowMs,
      conversationId,
    );
  };
  const insertConversation = (
    { tenant, subject }: Principal,
    conversation: { id: string; title: string; collection: string },
    nowMs: number,
  ): void => {
    run(`INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, ${nextChange})`).run(
      conversation.id,
      tenant,
      subject,
      conversation.title,
      conversation.collection,
      nowMs,
      nowMs,
    );
  };
  const missingTurn = (): Row => {
    throw new AppError('internal', 'A turn that was just stored is gone.');
  };
  /** Progress on the way is not synced to the disk: only a power cut could lose it, and the turn then shows as interrupted. */
  const unsynced = (work: () => void): void => {
    database.exec('PRAGMA synchronous = NORMAL');
    try {
      work();
    } finally {
      database.exec('PRAGMA synchronous = FULL');
    }
  };

  return {
    name: 'sqlite',
    create: async (principal, conversation, nowMs) =>
      inTransaction(database, () => {
        insertConversation(principal, conversation, nowMs);
        return conversationView(conversationRow(principal, conversation.id));
      }),
    list: async (principal, { limit, after }) => {
      const before =
        after === null ? Number.MAX_SAFE_INTEGER : integer(conversationRow(principal, after), 'changes');
      return run(
        'SELECT * FROM conversations WHERE tenant = ? AND subject = ? AND changes < ? ORDER BY changes DESC LIMIT ?',
      )
        .all(principal.tenant, principal.subject, before, limit)
        .map(conversationView);
    },
    read: async (principal, conversationId, nowMs) =>
      inSnapshot(database, () => ({
        ...conversationView(conversationRow(principal, conversationId)),
        turns: turnsOf(conversationId, nowMs),
      })),
    remove: async (principal, conversationId) =>
      inTransaction(database, () => {
        conversationRow(principal, conversationId);
        run('DELETE FROM conversations WHERE id = ?').run(conversationId);
      }),
    begin: async (principal, turn, nowMs) =>
      inTransaction(database, () => {
        const { tenant, subject } = principal;
        if (turn.idempotencyKey !== null) {
          const known = run(
            'SELECT turn_id FROM idempotency_keys WHERE tenant = ? AND subject = ? AND key = ?',
          ).get(tenant, subject, turn.idempotencyKey);
          if (known) return begun(principal, turnRow(text(known, 'turn_id')) ?? missingTurn(), false, nowMs);
        }
        const conversationId = turn.conversationId ?? turn.newConversationId;
        if (turn.conversationId === null)
          insertConversation(
            principal,
            { id: conversationId, title: titleOf(turn.question), collection: turn.collection },
            nowMs,
          );
        const conversation = conversationRow(principal, conversationId);
        const position = integer(
          run('SELECT count(*) AS turns FROM turns WHERE conversation_id = ?').get(conversationId) ?? {},
          'turns',
        );
        if (position >= maxTurns)
          throw new AppError(
            'conflict',
            `The conversation has ${maxTurns} turns, which is the most it can hold. Begin a new one.`,
            { param: 'conversation_id' },
          );
        run(
          `INSERT INTO turns (id, conversation_id, position, question, state, lease_holder, lease_until_ms, created_at_ms, updated_at_ms)
           VALUES (?, ?, ?, ?, 'received', ?, ?, ?, ?)`,
        ).run(
          turn.turnId,
          conversationId,
          position,
          turn.question,
          turn.lease.holder,
          turn.lease.untilMs,
          nowMs,
          nowMs,
        );
        if (turn.idempotencyKey !== null)
          run('INSERT INTO idempotency_keys VALUES (?, ?, ?, ?)').run(
            tenant,
            subject,
            turn.idempotencyKey,
            turn.turnId,
          );
        if (text(conversation, 'title') === '')
          run('UPDATE conversations SET title = ? WHERE id = ?').run(titleOf(turn.question), conversationId);
        touch(conversationId, nowMs);
        return begun(principal, turnRow(turn.turnId) ?? missingTurn(), true, nowMs);
      }),
    retry: async (principal, conversationId, turnId, lease, nowMs) =>
      inTransaction(database, () => {
        conversationRow(principal, conversationId);
        const row = turnRow(turnId);
        if (!row || text(row, 'conversation_id') !== conversationId)
          throw new AppError('not-found', `The conversation has no turn ${turnId}.`);
        if (!mayRetry(stateOf(row), leaseOf(row), nowMs))
          throw new AppError(
            'conflict',
            `The turn is ${stateOf(row)}; only failed, abandoned and interrupted turns can be retried.`,
          );
        run(
          `UPDATE turns SET state = 'received', answer = '', citations = '[]', grounded = 0, error = NULL, standalone_query = NULL,
             lease_holder = ?, lease_until_ms = ?, updated_at_ms = ? WHERE id = ?`,
        ).run(lease.holder, lease.untilMs, nowMs, turnId);
        touch(conversationId, nowMs);
        return begun(principal, turnRow(turnId) ?? missingTurn(), true, nowMs);
      }),
    advance: async (turnId, holder, progress, nowMs) => {
      const work = (): void =>
        inTransaction(database, () => {
          const row = turnRow(turnId);
          if (!row) throw new AppError('not-found', 'The turn was deleted while it was being answered.');
          if (nullable(row, 'lease_holder') !== holder)
            throw new AppError('conflict', 'The turn was taken over by another attempt.');
          const from = stateOf(row);
          if (!mayMove(from, progress.state))
            throw new AppError('conflict', `A turn cannot go from ${from} to ${progress.state}.`);
          run(
            `UPDATE turns SET state = ?, standalone_query = coalesce(?, standalone_query), answer = coalesce(?, answer),
               citations = coalesce(?, citations), grounded = coalesce(?, grounded), error = ?, updated_at_ms = ?,
               lease_holder = iif(?, NULL, lease_holder), lease_until_ms = iif(?, NULL, lease_until_ms) WHERE id = ?`,
          ).run(
            progress.state,
            progress.standaloneQuery ?? null,
            progress.answer ?? null,
            progress.citations ? JSON.stringify(progress.citations) : null,
            progress.grounded === undefined ? null : Number(progress.grounded),
            progress.error ?? null,
            nowMs,
            Number(isFinal(progress.state)),
            Number(isFinal(progress.state)),
            turnId,
          );
          if (progress.trace !== undefined)
            run('INSERT OR REPLACE INTO traces VALUES (?, ?)').run(turnId, progress.trace);
          touch(text(row, 'conversation_id'), nowMs);
        });
      if (isFinal(progress.state)) work();
      else unsynced(work);
    },
    trace: async ({ tenant, subject }, turnId) => {
      const row = run(
        `SELECT trace FROM traces JOIN turns ON turns.id = turn_id
           JOIN conversations ON conversations.id = turns.conversation_id
         WHERE turn_id = ? AND tenant = ? AND subject = ?`,
      ).get(turnId, tenant, subject);
      if (!row)
        throw new AppError(
          'not-found',
          `There is no trace of a turn ${turnId}: only answered turns have one.`,
        );
      return text(row, 'trace');
    },
    renew: async (turnId, lease: TurnLease, nowMs) => {
      let renewed = false;
      unsynced(() => {
        const done = run(
          'UPDATE turns SET lease_until_ms = ?, updated_at_ms = ? WHERE id = ? AND lease_holder = ?',
        ).run(lease.untilMs, nowMs, turnId, lease.holder);
        renewed = done.changes === 1;
      });
      return renewed;
    },
    [Symbol.asyncDispose]: async () => {
      if (database.isOpen) database.close();
    },
  } satisfies ConversationStore;
}
