import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../contract/app-error.ts';
import type { IndexedChunk, IndexedDocument, IndexScope, PassageIndex } from './passage-index.ts';

const here: IndexScope = { tenant: 'acme', collection: 'handbook' };

/** A document whose chunks are these texts. */
export function documentOf(
  documentId: string,
  texts: readonly string[],
  more: Partial<IndexedDocument> & { readonly vectors?: readonly Float32Array[] } = {},
): readonly [IndexedDocument, readonly IndexedChunk[]] {
  const { vectors, ...fields } = more;
  const text = texts.join('\n');
  const version = fields.version ?? 'v1';
  let start = 0;
  const chunks = texts.map((piece, position): IndexedChunk => {
    const chunk = {
      id: `${documentId}:${position}:${version}`,
      position,
      headingPath: [],
      text: piece,
      start,
      end: start + piece.length,
      page: null,
      boxes: [],
      vector: vectors?.[position] ?? null,
    };
    start += piece.length + 1;
    return chunk;
  });
  return [{ ...here, documentId, version, source: `${documentId}.md`, title: '', text, ...fields }, chunks];
}

const codeIs =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

/** Every driver of `PassageIndex` runs this. @param create an empty index; the suite disposes of it. */
export function conformance(name: string, create: () => Promise<PassageIndex>): void {
  const withIndex = (title: string, body: (index: PassageIndex) => Promise<void>): void => {
    test(title, async () => {
      await using index = await create();
      await body(index);
    });
  };
  const found = async (index: PassageIndex, text: string, scope = here, topK = 10): Promise<string[]> =>
    (await index.search({ ...scope, text, leg: 'lexical' }, topK)).hits.map(({ id }) => id);

  describe(`passage index: ${name}`, () => {
    withIndex('an empty index answers everything with nothing', async (index) => {
      assert.deepEqual(await index.search({ ...here, text: 'anything', leg: 'lexical' }, 10), {
        generation: 0,
        hits: [],
      });
      assert.equal(await index.version(here, 'a'), null);
      assert.equal(await index.text(here, 'a'), null);
      assert.deepEqual(await index.termStatistics(here, ['a']), {
        chunks: 0,
        frequency: new Map([['a', 0]]),
      });
      assert.equal(await index.removeDocument(here, 'a'), 0);
    });

    withIndex('a hit carries all that a passage needs', async (index) => {
      const [document, [chunk]] = documentOf('a', ['The lock keeper rests on Sundays.'], { title: 'Locks' });
      assert.ok(chunk);
      const full = {
        ...chunk,
        headingPath: ['Staff', 'Hours'],
        page: 3,
        boxes: [{ page: 3, x: 1, y: 2, width: 3.5, height: 4 }],
      };
      await index.replaceDocument(document, [full]);
      const { hits } = await index.search({ ...here, text: 'sunday', leg: 'lexical' }, 10);
      const { vector: _vector, ...want } = full;
      const score = hits[0]?.score ?? 0;
      assert.ok(score > 0);
      assert.deepEqual(hits, [
        {
          id: 'a:0:v1',
          score,
          rank: 1,
          documentId: 'a',
          documentVersion: 'v1',
          collection: 'handbook',
          source: 'a.md',
          title: 'Locks',
          chunk: want,
        },
      ]);
      assert.deepEqual(await found(index, 'hours'), ['a:0:v1'], 'found by its heading');
      assert.deepEqual(await found(index, 'locks'), ['a:0:v1'], 'found by its title');
    });

    withIndex('rarer words and denser chunks come first', async (index) => {
      await index.replaceDocument(
        ...documentOf('a', [
          'water water everywhere and boats on the water',
          'a boat needs water and a rare sextant',
          'nothing of the kind is said in this one, which is long',
        ]),
      );
      assert.deepEqual(await found(index, 'sextant water'), ['a:1:v1', 'a:0:v1']);
      assert.deepEqual(await found(index, 'water'), ['a:0:v1', 'a:1:v1']);
      assert.deepEqual(await found(index, 'water', here, 1), ['a:0:v1']);
      assert.deepEqual(await found(index, 'water', here, 0), []);
    });

    withIndex('scores are textbook BM25', async (index) => {
      // Three chunks of 4, 2 and 3 tokens: average 3. "boat" stands in two of them, twice in the first.
      await index.replaceDocument(...documentOf('a', ['boat boat red sail', 'red boat', 'one two three']));
      const { hits } = await index.search({ ...here, text: 'boat', leg: 'lexical' }, 10);
      const rarity = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5));
      const want = [
        ['a:0:v1', (rarity * 2 * 2.2) / (2 + 1.2 * (0.25 + (0.75 * 4) / 3))],
        ['a:1:v1', (rarity * 1 * 2.2) / (1 + 1.2 * (0.25 + (0.75 * 2) / 3))],
      ] as const;
      assert.deepEqual(
        hits.map(({ id, score }) => [id, score.toFixed(9)]),
        want.map(([id, score]) => [id, score.toFixed(9)]),
      );
    });

    withIndex('equal scores are ordered by id', async (index) => {
      await index.replaceDocument(...documentOf('b', ['same words here']));
      await index.replaceDocument(...documentOf('c', ['same words here']));
      await index.replaceDocument(...documentOf('a', ['same words here']));
      assert.deepEqual(await found(index, 'same words'), ['a:0:v1', 'b:0:v1', 'c:0:v1']);
      assert.deepEqual(await found(index, 'same words', here, 2), ['a:0:v1', 'b:0:v1']);
    });

    const tokens: readonly { name: string; text: string; query: string }[] = [
      { name: 'Chinese words', text: '船闸管理员周日休息', query: '谁在周日休息？' },
      { name: 'Thai with its vowel signs', text: 'ภาษาไทยง่าย', query: 'ภาษาไทย' },
      { name: 'a decimal', text: 'a rate of 3.5 percent', query: '3.5' },
      { name: 'a number with thousands', text: 'it cost 12,000 crowns', query: '12000' },
      { name: 'a word with accents', text: 'the café closes', query: 'CAFE' },
      { name: 'words that FTS5 reads as operators', text: 'near and not or', query: 'NOT "near" AND (or*' },
      { name: 'an emoji beside a word', text: '🚤boat', query: 'boats' },
    ];
    for (const { name, text, query } of tokens) {
      withIndex(`${name} is found`, async (index) => {
        await index.replaceDocument(...documentOf('x', ['something else altogether']));
        await index.replaceDocument(...documentOf('a', [text]));
        assert.deepEqual(await found(index, query), ['a:0:v1']);
      });
    }

    withIndex('a query without a token gives nothing', async (index) => {
      await index.replaceDocument(...documentOf('a', ['boat']));
      for (const query of ['', '  ', '?!', '。']) assert.deepEqual(await found(index, query), []);
    });

    withIndex('weighted parts shift the order', async (index) => {
      await index.replaceDocument(...documentOf('a', ['harbour dues', 'winter closing']));
      const ask = async (harbour: number, winter: number): Promise<string[]> => {
        const parts = [
          { text: 'harbour', weight: harbour },
          { text: 'winter', weight: winter },
        ];
        const { hits } = await index.search({ ...here, text: '', parts, leg: 'lexical' }, 10);
        return hits.map(({ id }) => id);
      };
      assert.deepEqual(await ask(1, 3), ['a:1:v1', 'a:0:v1']);
      assert.deepEqual(await ask(3, 1), ['a:0:v1', 'a:1:v1']);
    });

    withIndex('a replaced document is found in its new version only', async (index) => {
      assert.equal(await index.replaceDocument(...documentOf('a', ['old boat', 'old sail'])), 1);
      assert.equal(await index.replaceDocument(...documentOf('a', ['new boat'], { version: 'v2' })), 2);
      assert.deepEqual(await found(index, 'boat'), ['a:0:v2']);
      assert.deepEqual(await found(index, 'old sail'), []);
      assert.deepEqual(await index.version(here, 'a'), { documentId: 'a', version: 'v2', chunks: 1 });
      assert.deepEqual(await index.text(here, 'a'), { version: 'v2', text: 'new boat' });
    });

    withIndex('replacing by the same changes nothing', async (index) => {
      const same = documentOf('a', ['boat']);
      assert.equal(await index.replaceDocument(...same), 1);
      assert.equal(await index.replaceDocument(...same), 1);
      assert.equal((await index.termStatistics(here, ['boat'])).chunks, 1);
    });

    withIndex('a document may lose all its chunks', async (index) => {
      await index.replaceDocument(...documentOf('a', ['boat']));
      await index.replaceDocument(...documentOf('a', [], { version: 'v2' }));
      assert.deepEqual(await found(index, 'boat'), []);
      assert.deepEqual(await index.version(here, 'a'), { documentId: 'a', version: 'v2', chunks: 0 });
    });

    withIndex('a removed document is gone, and unknown ones are no error', async (index) => {
      await index.replaceDocument(...documentOf('a', ['boat']));
      await index.replaceDocument(...documentOf('b', ['boat']));
      assert.equal(await index.removeDocument(here, 'a'), 3);
      assert.equal(await index.removeDocument(here, 'a'), 3);
      assert.deepEqual(await found(index, 'boat'), ['b:0:v1']);
      assert.equal(await index.version(here, 'a'), null);
    });

    withIndex('term statistics follow every change', async (index) => {
      const frequency = async (): Promise<readonly [number, number | undefined, number | undefined]> => {
        const statistics = await index.termStatistics(here, ['boat', 'sail']);
        return [statistics.chunks, statistics.frequency.get('boat'), statistics.frequency.get('sail')];
      };
      await index.replaceDocument(...documentOf('a', ['boats', 'a boat and a boat', 'sail']));
      assert.deepEqual(await frequency(), [3, 2, 1]);
      await index.replaceDocument(...documentOf('b', ['sails']));
      assert.deepEqual(await frequency(), [4, 2, 2]);
      await index.replaceDocument(...documentOf('a', ['boat'], { version: 'v2' }));
      assert.deepEqual(await frequency(), [2, 1, 1]);
      await index.removeDocument(here, 'a');
      assert.deepEqual(await frequency(), [1, 0, 1]);
    });

    withIndex('scopes see nothing of each other', async (index) => {
      const others: readonly IndexScope[] = [
        { tenant: 'other', collection: 'handbook' },
        { tenant: 'acme', collection: 'other' },
        { tenant: 'acme","handbook', collection: '' },
      ];
      await index.replaceDocument(...documentOf('a', ['a secret boat']));
      const alone = await index.search({ ...here, text: 'boat', leg: 'lexical' }, 10);
      for (const scope of others) {
        assert.deepEqual(await found(index, 'secret boat', scope), []);
        assert.equal(await index.version(scope, 'a'), null);
        assert.equal(await index.text(scope, 'a'), null);
        assert.equal((await index.termStatistics(scope, ['boat'])).frequency.get('boat'), 0);
        const before = (await index.search({ ...scope, text: 'x', leg: 'lexical' }, 1)).generation;
        assert.equal(await index.removeDocument(scope, 'a'), before);
      }
      await index.replaceDocument(...documentOf('a', ['boat boat boat', 'boat'], others[0]));
      assert.deepEqual(await found(index, 'boat', others[0]), ['a:0:v1', 'a:1:v1']);
      const after = await index.search({ ...here, text: 'boat', leg: 'lexical' }, 10);
      assert.deepEqual(after.hits, alone.hits, 'scores do not tell of other scopes either');
    });

    withIndex('an aborted write leaves nothing, an aborted search is refused', async (index) => {
      const signal = AbortSignal.abort();
      await assert.rejects(index.replaceDocument(...documentOf('a', ['boat']), signal), {
        name: 'AbortError',
      });
      await assert.rejects(index.search({ ...here, text: 'boat', leg: 'lexical' }, 1, signal), {
        name: 'AbortError',
      });
      assert.deepEqual(await found(index, 'boat'), []);
    });

    describe('dense', () => {
      const east = Float32Array.of(1, 0, 0);
      const north = Float32Array.of(0, 1, 0);
      const northEast = Float32Array.of(Math.SQRT1_2, Math.SQRT1_2, 0);
      const withDense = (title: string, body: (index: PassageIndex) => Promise<void>): void =>
        withIndex(title, async (index) => {
          if (index.supports.dense) await body(index);
          else {
            await assert.rejects(
              index.search({ ...here, text: '', vector: east, leg: 'dense' }, 1),
              codeIs('unsupported'),
            );
          }
        });
      const nearest = async (index: PassageIndex, vector: Float32Array, scope = here): Promise<string[]> => {
        const { hits } = await index.search({ ...scope, text: '', vector, leg: 'dense' }, 10);
        return hits.map(({ id, score, rank }) => `${rank} ${id} ${score.toFixed(3)}`);
      };

      withDense('an empty index has no neighbours', async (index) => {
        assert.deepEqual(await nearest(index, east), []);
      });
      withDense(
        'neighbours come by cosine, within their scope, without chunks that have no vector',
        async (index) => {
          await index.replaceDocument(...documentOf('a', ['x', 'y', 'z'], { vectors: [east, northEast] }));
          await index.replaceDocument(...documentOf('a', ['x'], { vectors: [east], tenant: 'other' }));
          assert.deepEqual(await nearest(index, east), ['1 a:0:v1 1.000', '2 a:1:v1 0.707']);
          assert.deepEqual(await nearest(index, north), ['1 a:1:v1 0.707', '2 a:0:v1 0.000']);
        },
      );
      withDense('vectors switch and go with their document', async (index) => {
        await index.replaceDocument(...documentOf('a', ['x', 'y'], { vectors: [east, north] }));
        await index.replaceDocument(...documentOf('a', ['x'], { version: 'v2', vectors: [north] }));
        assert.deepEqual(await nearest(index, north), ['1 a:0:v2 1.000']);
        await index.removeDocument(here, 'a');
        assert.deepEqual(await nearest(index, north), []);
      });
      withDense('another dimension is refused and nothing of it stays', async (index) => {
        await index.replaceDocument(...documentOf('a', ['x'], { vectors: [east] }));
        const wrong = documentOf('b', ['boat'], { vectors: [Float32Array.of(1, 0)] });
        await assert.rejects(index.replaceDocument(...wrong), codeIs('invalid-argument'));
        await assert.rejects(nearest(index, Float32Array.of(1, 0)), codeIs('invalid-argument'));
        assert.deepEqual(await found(index, 'boat'), []);
        assert.equal(await index.version(here, 'b'), null);
      });
      withDense('a dense search without a vector is refused', async (index) => {
        await assert.rejects(
          index.search({ ...here, text: 'boat', leg: 'dense' }, 1),
          codeIs('invalid-argument'),
        );
      });
    });
  });
}
