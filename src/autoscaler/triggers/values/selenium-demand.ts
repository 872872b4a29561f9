import { isSamePlatform } from './selenium-platform.ts';

/** What a request asks for, or a node offers: the JSON of W3C capabilities. */
export type Capabilities = Readonly<Record<string, unknown>>;

export interface GridSession {
  /** Of the slot it runs in. */
  readonly stereotype: Capabilities;
}

export interface GridNode {
  readonly id: string;
  /** `UP`, `DRAINING` or `DOWN`. */
  readonly status: string;
  readonly sessionCount: number;
  readonly maxSession: number;
  readonly stereotypes: readonly { readonly slots: number; readonly stereotype: Capabilities }[];
  readonly sessions: readonly GridSession[];
}

/** The grid at one moment. */
export interface GridView {
  /** Waiting for a session, oldest first. */
  readonly requests: readonly Capabilities[];
  readonly nodes: readonly GridNode[];
}

/** What kind of browser a trigger's replicas run. */
export interface BrowserKind {
  readonly browserName: string;
  /** By which name its sessions appear, where that differs. */
  readonly sessionBrowserName: string;
  readonly browserVersion: string;
  readonly platformName: string;
  /** Further capabilities, `se:downloadsEnabled` among them where downloads are managed. */
  readonly capabilities: Capabilities;
  /** Sessions that one new node takes. */
  readonly nodeMaxSessions: number;
}

export interface GridDemand {
  /** Nodes that are missing for the requests that no free slot can take. */
  readonly newNodes: number;
  /** Sessions that run on browsers of the kind. */
  readonly ongoingSessions: number;
}

/**
 * How many nodes of a kind the grid needs: each waiting request of the kind takes a free slot of a node that is up,
 * else a slot of a node already counted as new, else one more new node. What runs stays needed.
 *
 * @see https://keda.sh/docs/latest/scalers/selenium-grid-scaler/
 */
export function seleniumDemand({ nodes, requests }: GridView, kind: BrowserKind): GridDemand {
  const fits = (stereotype: Capabilities): boolean => isOffered(stereotype, kind);
  const sessionsOf = (node: GridNode): number =>
    node.sessions.filter(({ stereotype }) => fits(stereotype)).length;
  const candidates = nodes
    .filter(({ status }) => status.toUpperCase() === 'UP')
    .map((node) => ({
      free: node.maxSession - node.sessionCount,
      hasSlot:
        sum(node.stereotypes.map((slot) => (fits(slot.stereotype) ? slot.slots : 0))) > sessionsOf(node),
    }));
  /** Free slots of each new node. */
  const newNodes: number[] = [];
  for (const request of requests) {
    if (!isAskedFor(request, kind)) continue;
    const node = candidates.find(({ free, hasSlot }) => free > 0 && hasSlot);
    const started = newNodes.findIndex((free) => free > 0);
    if (node) node.free -= 1;
    else if (started >= 0) newNodes[started] = (newNodes[started] ?? 0) - 1;
    else newNodes.push(kind.nodeMaxSessions - 1);
  }
  return { newNodes: newNodes.length, ongoingSessions: sum(nodes.map(sessionsOf)) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function isAskedFor(request: Capabilities, kind: BrowserKind): boolean {
  return isSameName(textOf(request, 'browserName'), kind.browserName) && isRestMet(request, kind);
}

function isOffered(stereotype: Capabilities, kind: BrowserKind): boolean {
  const name = textOf(stereotype, 'browserName');
  const isName = isSameName(name, kind.browserName) || isSameName(name, kind.sessionBrowserName);
  return isName && isRestMet(stereotype, kind);
}

function isRestMet(given: Capabilities, kind: BrowserKind): boolean {
  const version = textOf(given, 'browserVersion');
  // A version is met by its beginning: 131 by 131.0.
  const isVersion = version === '' ? kind.browserVersion === '' : kind.browserVersion.startsWith(version);
  return (
    isVersion &&
    isSamePlatform(textOf(given, 'platformName'), kind.platformName) &&
    (given[managedDownloads] !== true || kind.capabilities[managedDownloads] === true) &&
    Object.entries(kind.capabilities).every(
      ([name, value]) => isPlainHint(name) || isSameValue(given[name], value),
    )
  );
}

const managedDownloads = 'se:downloadsEnabled';
/** What browsers and the grid read for themselves says nothing about which node is meant. */
const isPlainHint = (name: string): boolean => /^(?:goog|moz|ms|se):/.test(name);

const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const isSameValue = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function textOf(capabilities: Capabilities, name: string): string {
  const value = capabilities[name];
  return typeof value === 'string' ? value : '';
}
