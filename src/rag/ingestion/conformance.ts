import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createVirtualClock, type VirtualClock } from '../../platform/virtual-clock.ts';
import type { IndexScope } from '../index/passage-index.ts';
import { maxAttempts, type DocumentCatalogue, type Lease, type Submission } from './document-catalogue.ts';

export interface CatalogueUnderTest {
  readonly clock: VirtualClock;
  readonly dropped: string[];
}

const scope: IndexScope = { tenant: 'acme', collection: 'default' };
const hash = (letter: string): string => letter.repeat(64);
const submission = (source: string, version: string, more: Partial<Submission> = {}): Submission => ({
  ...scope,
  source,
  mediaType: 'text/plain',
  version,
  bytes: 5,
  origin: null,
  ...more,
});
const ingested = { title: 'Title', mediaType: 'text/plain', chunks: 3, pages: null };
const leaseMs = 10_000;

/** What every driver of `DocumentCatalogue` must do. */
export function catalogueConformance(
  name: string,
  create: (under: CatalogueUnderTest) => Promise<DocumentCatalogue>,
): void {
  const story = (
    title: string,
    tell: (catalogue: DocumentCatalogue, under: CatalogueUnderTest) => Promise<void>,
  ): void => {
    test(title, async () => {
      const under = { clock: createVirtualClock(1_000), dropped: [] };
      await using catalogue = await create(under);
      await tell(catalogue, under);
    });
  };
  const leased = async (catalogue: DocumentCatalogue): Promise<Lease> => {
    const lease = await catalogue.lease('worker-1', leaseMs);
    assert.ok(lease, 'there is a job');
    return lease;
  };

  describe(`DocumentCatalogue: ${name}`, () => {
    story('a new document is queued, leased, completed and ready', async (catalogue) => {
      let placed = 0;
      const submitted = await catalogue.submit(submission('a.txt', hash('a')), () => (placed += 1));
      assert.equal(submitted.outcome, 'new');
      assert.equal(placed, 1);
      assert.equal(submitted.document.state, 'queued');
      assert.equal(submitted.document.version, null);
      assert.equal(await catalogue.pendingJobs(), 1);
      const lease = await leased(catalogue);
      assert.equal(lease.attempt, 1);
      assert.equal(await catalogue.lease('worker-2', leaseMs), null, 'nobody else gets it');
      assert.equal(await catalogue.renew(lease, leaseMs, 0.5), 'held');
      assert.equal((await catalogue.get('acme', lease.documentId))?.progressRatio, 0.5);
      assert.equal(await catalogue.complete(lease, ingested), 'held');
      const ready = await catalogue.get('acme', lease.documentId);
      assert.equal(ready?.state, 'ready');
      assert.equal(ready.progressRatio, 1);
      assert.equal(ready.version, hash('a'));
      assert.equal(ready.chunks, 3);
      assert.equal(await catalogue.pendingJobs(), 0);
      assert.deepEqual(await catalogue.collections('acme'), [{ name: 'default', documents: 1, chunks: 3 }]);
    });

    story('unchanged bytes do nothing; changed bytes keep the id', async (catalogue, { dropped }) => {
      const first = await catalogue.submit(submission('a.txt', hash('a')), () => {});
      await catalogue.complete(await leased(catalogue), ingested);
      const again = await catalogue.submit(submission('a.txt', hash('a')), () =>
        assert.fail('nothing to place'),
      );
      assert.equal(again.outcome, 'unchanged');
      assert.equal(await catalogue.pendingJobs(), 0);
      const changed = await catalogue.submit(submission('a.txt', hash('b')), () => {});
      assert.equal(changed.outcome, 'changed');
      assert.equal(changed.document.id, first.document.id);
      assert.equal(changed.document.version, hash('a'), 'the old version is searchable until the new one is');
      assert.deepEqual(dropped, []);
      await catalogue.complete(await leased(catalogue), ingested);
      assert.deepEqual(dropped, [hash('a')]);
      assert.equal(await catalogue.contentVersion('acme', first.document.id), hash('b'));
    });

    story(
      'a dead worker: the job is taken up again when its lease ends, and not before',
      async (catalogue, { clock }) => {
        await catalogue.submit(submission('a.txt', hash('a')), () => {});
        const dead = await leased(catalogue);
        await clock.advance(leaseMs - 1);
        assert.equal(await catalogue.lease('worker-2', leaseMs), null);
        await clock.advance(1);
        const second = await leased(catalogue);
        assert.equal(second.documentId, dead.documentId);
        assert.equal(second.attempt, 2);
        assert.equal(await catalogue.renew(dead, leaseMs, 0.9), 'lost');
        await catalogue.complete(second, ingested);
        assert.equal((await catalogue.get('acme', dead.documentId))?.state, 'ready');
      },
    );

    story(
      'a worker that finishes after losing its lease has the index compared again',
      async (catalogue, { clock }) => {
        await catalogue.submit(submission('a.txt', hash('a')), () => {});
        const slow = await leased(catalogue);
        await clock.advance(leaseMs);
        await catalogue.complete(await leased(catalogue), ingested);
        assert.equal(await catalogue.pendingJobs(), 0);
        assert.equal(await catalogue.complete(slow, ingested), 'lost');
        assert.equal(await catalogue.pendingJobs(), 1);
      },
    );

    story(
      'attempts are bounded, then the document has failed with the reason',
      async (catalogue, { clock }) => {
        await catalogue.submit(submission('a.txt', hash('a')), () => {});
        for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
          assert.equal((await leased(catalogue)).attempt, attempt);
          await clock.advance(leaseMs);
        }
        assert.equal(await catalogue.lease('worker-1', leaseMs), null);
        const [failed] = await catalogue.list('acme');
        assert.equal(failed?.state, 'failed');
        assert.match(failed.error ?? '', /^a\.txt: .*begun 3 times/);
        assert.equal(await catalogue.pendingJobs(), 0);
      },
    );

    story(
      'a failure that may pass is tried again later; the last one counts',
      async (catalogue, { clock }) => {
        await catalogue.submit(submission('a.txt', hash('a')), () => {});
        await catalogue.fail(await leased(catalogue), 'endpoint down', 500);
        assert.equal((await catalogue.list('acme'))[0]?.state, 'queued');
        assert.equal(await catalogue.lease('worker-1', leaseMs), null, 'not before the wait is over');
        await clock.advance(500);
        await catalogue.fail(await leased(catalogue), 'endpoint down', 500);
        await clock.advance(500);
        await catalogue.fail(await leased(catalogue), 'endpoint down', 500);
        assert.deepEqual(
          (await catalogue.list('acme')).map(({ state, error }) => ({ state, error })),
          [{ state: 'failed', error: 'endpoint down' }],
        );
      },
    );

    story('a failed document is tried again when its bytes come again', async (catalogue) => {
      await catalogue.submit(submission('a.txt', hash('a')), () => {});
      await catalogue.fail(await leased(catalogue), 'broken', null);
      const again = await catalogue.submit(submission('a.txt', hash('a')), () => {});
      assert.equal(again.outcome, 'retried');
      assert.equal(again.document.error, null);
      assert.equal((await leased(catalogue)).attempt, 1);
    });

    story('a released job is free at once and the attempt does not count', async (catalogue) => {
      await catalogue.submit(submission('a.txt', hash('a')), () => {});
      await catalogue.release(await leased(catalogue));
      assert.equal((await leased(catalogue)).attempt, 1);
    });

    story(
      'bytes changed while the job runs: nobody interferes, then the new version is done',
      async (catalogue) => {
        await catalogue.submit(submission('a.txt', hash('a')), () => {});
        const lease = await leased(catalogue);
        await catalogue.submit(submission('a.txt', hash('b')), () => {});
        assert.equal(await catalogue.lease('worker-2', leaseMs), null);
        assert.equal(await catalogue.renew(lease, leaseMs, 0), 'superseded');
        await catalogue.complete(lease, ingested);
        const [between] = await catalogue.list('acme');
        assert.equal(between?.state, 'queued');
        assert.equal(between.version, hash('a'));
        const next = await leased(catalogue);
        assert.equal(next.version, hash('b'));
        await catalogue.complete(next, ingested);
        assert.equal((await catalogue.list('acme'))[0]?.version, hash('b'));
      },
    );

    story(
      'a removal hides the document, frees its name and ends in nothing',
      async (catalogue, { dropped }) => {
        const { document } = await catalogue.submit(submission('a.txt', hash('a')), () => {});
        await catalogue.complete(await leased(catalogue), ingested);
        assert.equal(await catalogue.remove('other', document.id), null, 'another tenant cannot');
        assert.deepEqual(await catalogue.remove('acme', document.id), scope);
        assert.equal(await catalogue.get('acme', document.id), null);
        assert.equal(await catalogue.remove('acme', document.id), null);
        const next = await catalogue.submit(submission('a.txt', hash('c')), () => {});
        assert.notEqual(next.document.id, document.id);
        assert.deepEqual(dropped, []);
        await catalogue.forget(document.id);
        assert.deepEqual(dropped, [hash('a')]);
        assert.equal(await catalogue.pendingJobs(), 1);
      },
    );

    story('a removal that nobody ended is done by a worker', async (catalogue, { dropped }) => {
      const { document } = await catalogue.submit(submission('a.txt', hash('a')), () => {});
      await catalogue.remove('acme', document.id);
      const lease = await leased(catalogue);
      assert.equal(lease.kind, 'remove');
      await catalogue.forget(document.id, lease);
      assert.equal(await catalogue.pendingJobs(), 0);
      assert.deepEqual(dropped, [hash('a')]);
    });

    story('a removal while the job runs wins', async (catalogue, { dropped }) => {
      const { document } = await catalogue.submit(submission('a.txt', hash('a')), () => {});
      const lease = await leased(catalogue);
      await catalogue.remove('acme', document.id);
      await catalogue.forget(document.id);
      assert.deepEqual(dropped, [], 'the worker may still write to the index: the removal stays open');
      assert.equal(await catalogue.renew(lease, leaseMs, 0), 'removed');
      assert.equal(await catalogue.complete(lease, ingested), 'removed');
      await catalogue.forget(document.id, lease);
      assert.deepEqual(dropped, [hash('a')]);
      assert.equal(await catalogue.pendingJobs(), 0);
    });

    story('bytes that another document needs stay', async (catalogue, { dropped }) => {
      const first = await catalogue.submit(submission('a.txt', hash('a')), () => {});
      await catalogue.submit(submission('b.txt', hash('a'), { tenant: 'other' }), () => {});
      await catalogue.remove('acme', first.document.id);
      await catalogue.forget(first.document.id);
      assert.deepEqual(dropped, []);
      await catalogue.dropUnused([hash('a'), hash('f')]);
      assert.deepEqual(dropped, [hash('f')]);
    });

    story('tenants and collections do not see each other', async (catalogue) => {
      const { document } = await catalogue.submit(submission('a.txt', hash('a')), () => {});
      await catalogue.submit(submission('a.txt', hash('b'), { tenant: 'other' }), () => {});
      await catalogue.submit(submission('a.txt', hash('c'), { collection: 'notes' }), () => {});
      assert.equal(await catalogue.get('other', document.id), null);
      assert.equal(await catalogue.contentVersion('other', document.id), null);
      assert.equal((await catalogue.list('other')).length, 1);
      assert.equal((await catalogue.list('acme')).length, 2);
      assert.equal((await catalogue.list('acme', 'notes')).length, 1);
      assert.equal(
        (await catalogue.find({ ...scope, collection: 'notes' }, 'a.txt'))?.wantedVersion,
        hash('c'),
      );
    });

    story('a folder knows its own documents', async (catalogue) => {
      await catalogue.submit(submission('a.txt', hash('a'), { origin: '/here' }), () => {});
      await catalogue.submit(submission('b.txt', hash('b'), { origin: '/there' }), () => {});
      await catalogue.submit(submission('c.txt', hash('c')), () => {});
      assert.deepEqual(
        (await catalogue.ofOrigin(scope, '/here')).map(({ source }) => source),
        ['a.txt'],
      );
    });

    story('when the bytes cannot be placed nothing is noted', async (catalogue) => {
      await assert.rejects(
        catalogue.submit(submission('a.txt', hash('a')), () => {
          throw new Error('disk full');
        }),
        /disk full/,
      );
      assert.deepEqual(await catalogue.list('acme'), []);
      assert.equal(await catalogue.pendingJobs(), 0);
    });
  });
}
