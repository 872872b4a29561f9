import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seleniumDemand, type BrowserKind, type Capabilities, type GridNode } from './selenium-demand.ts';
import { isSamePlatform } from './selenium-platform.ts';

const chrome = (version = '', more: Capabilities = {}): Capabilities => ({
  browserName: 'chrome',
  ...(version === '' ? {} : { browserVersion: version }),
  platformName: 'linux',
  ...more,
});
const anyChrome: BrowserKind = {
  browserName: 'chrome',
  sessionBrowserName: 'chrome',
  browserVersion: '',
  platformName: 'linux',
  capabilities: { 'se:downloadsEnabled': true },
  nodeMaxSessions: 1,
};
/** A node with slots of one kind, some of them taken. */
const node = (id: string, stereotype: Capabilities, taken: number, slots = 1, status = 'UP'): GridNode => ({
  id,
  status,
  sessionCount: taken,
  maxSession: slots,
  stereotypes: [{ slots, stereotype }],
  sessions: Array.from({ length: taken }, () => ({ stereotype })),
});
const mixed = [chrome(), chrome('131'), chrome('130')];

const cases: readonly {
  readonly name: string;
  readonly nodes?: readonly GridNode[];
  readonly requests?: readonly Capabilities[];
  readonly kind?: Partial<BrowserKind>;
  /** New nodes and running sessions. */
  readonly want: readonly [newNodes: number, ongoing: number];
}[] = [
  { name: 'an empty grid needs nothing', want: [0, 0] },
  {
    name: 'requests of other browsers are others’ business',
    requests: [chrome(), { browserName: 'firefox', platformName: 'linux' }, chrome()],
    want: [2, 0],
  },
  {
    name: 'letters of browser and platform may be large',
    requests: [{ browserName: 'Chrome', platformName: 'LINUX' }],
    want: [1, 0],
  },
  {
    name: 'a free slot takes one request, the next needs a node',
    nodes: [node('a', chrome(), 0)],
    requests: [chrome(), chrome()],
    want: [1, 0],
  },
  {
    name: 'what runs stays needed, and takes no request',
    nodes: [node('a', chrome(), 1)],
    requests: [chrome()],
    want: [1, 1],
  },
  {
    name: 'a node that drains takes no request; its session still counts',
    nodes: [node('a', chrome(), 1, 2, 'DRAINING')],
    requests: [chrome()],
    want: [1, 1],
  },
  {
    name: 'a node that is full takes nothing, whatever its slots say',
    nodes: [{ ...node('a', chrome(), 1, 4), maxSession: 1 }],
    requests: [chrome()],
    want: [1, 1],
  },
  {
    name: 'new nodes take as many requests as they have sessions',
    requests: Array.from({ length: 7 }, () => chrome()),
    kind: { nodeMaxSessions: 3 },
    want: [3, 0],
  },
  {
    name: 'free slots of one node go round',
    nodes: [node('a', chrome(), 1, 3)],
    requests: [chrome(), chrome(), chrome()],
    want: [1, 1],
  },
  {
    name: 'without a version only requests and slots without one are meant',
    nodes: [node('131', chrome('131.0'), 1), node('any', chrome(), 0), node('129', chrome('129.0'), 1)],
    requests: mixed,
    want: [0, 0],
  },
  {
    name: 'without a version: a busy slot without one counts, a free one with one does not help',
    nodes: [node('130', chrome('130.0'), 0), node('any', chrome(), 1)],
    requests: mixed,
    want: [1, 1],
  },
  {
    name: 'a version is met by its beginning',
    nodes: [node('131', chrome('131.0'), 0), node('130', chrome('130.0'), 1)],
    requests: mixed,
    kind: { browserVersion: '131.0' },
    want: [0, 0],
  },
  {
    name: 'a version without a free slot needs a node; others’ sessions are not counted',
    nodes: [node('131', chrome('131.0'), 1), node('any', chrome(), 0)],
    requests: mixed,
    kind: { browserVersion: '130.0' },
    want: [1, 0],
  },
  {
    name: 'sessions may appear under another name than requests',
    nodes: [node('a', { browserName: 'msedge', platformName: 'linux' }, 1)],
    requests: [{ browserName: 'MicrosoftEdge', platformName: 'linux' }],
    kind: { browserName: 'MicrosoftEdge', sessionBrowserName: 'msedge' },
    want: [1, 1],
  },
  {
    name: 'a request for managed downloads needs a node that has them',
    requests: [chrome('', { 'se:downloadsEnabled': true }), chrome('', { 'se:downloadsEnabled': false })],
    kind: { capabilities: {} },
    want: [1, 0],
  },
  {
    name: 'options of browsers and grid do not matter, other capabilities must be equal',
    requests: [
      chrome('', { 'goog:chromeOptions': { args: [] }, 'app:team': 'a' }),
      chrome('', { 'app:team': 'b' }),
      chrome(),
    ],
    kind: { capabilities: { 'app:team': 'a', 'se:name': 'x', 'goog:x': 1 } },
    want: [1, 0],
  },
  {
    name: 'a request without a platform is for any, which linux is not',
    requests: [{ browserName: 'chrome' }],
    want: [0, 0],
  },
  {
    name: 'a trigger without a platform takes requests without one',
    requests: [{ browserName: 'chrome' }, { browserName: 'chrome', platformName: 'ANY' }, chrome()],
    kind: { platformName: '' },
    want: [2, 0],
  },
];
for (const { kind = {}, name, nodes = [], requests = [], want } of cases) {
  test(`selenium: ${name}`, () => {
    const { newNodes, ongoingSessions } = seleniumDemand({ nodes, requests }, { ...anyChrome, ...kind });
    assert.deepEqual([newNodes, ongoingSessions], want);
  });
}

test('selenium: versions of one system serve for each other, the system itself is none of them', () => {
  for (const [a, b, want] of [
    ['linux', 'Linux', true],
    ['linux', 'bsd', true],
    ['Windows 10', 'win11', true],
    ['windows', 'win10', false],
    ['macOS 14.0', 'sonoma', true],
    ['mac', 'OS X', true],
    ['mac', 'sonoma', false],
    ['', 'any', true],
    ['any', 'linux', false],
    ['BeOS', 'beos', true],
  ] as const) {
    assert.equal(isSamePlatform(a, b), want, `${a} and ${b}`);
  }
});
