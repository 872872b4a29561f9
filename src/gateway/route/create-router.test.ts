import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRouter } from './create-router.ts';
import { plainHost } from './match-rule.ts';
import type { RouteRule } from './route-rule.ts';
import type { Route } from './route.ts';

type Given = RouteRule & { readonly target: string; readonly createdMs?: number };

/** A route of one rule for each, and the router's answer to a question in plain words. */
function routerOf(given: readonly Given[]) {
  const route = createRouter(
    given.map(({ target, createdMs, ...rule }, index): Route => ({
      name: `route-${index}`,
      target,
      rules: [rule],
      ...(createdMs === undefined ? {} : { createdMs }),
    })),
  );
  return (host: string, path: string, headers: Readonly<Record<string, string>> = {}): string =>
    route({ host, path, header: (name) => headers[name]?.split(', ') ?? [] }).target;
}

const rules: readonly Given[] = [
  { target: 'any' },
  { target: 'wide', hosts: ['*.example'] },
  { target: 'narrow', hosts: ['*.shop.example'] },
  { target: 'exact', hosts: ['a.shop.example', 'b.shop.example'] },
  { target: 'api', hosts: ['a.shop.example'], paths: ['/api/'] },
  { target: 'api-v2', hosts: ['a.shop.example'], paths: ['/api/v2', '/beta'] },
  { target: 'tenant', hosts: ['a.shop.example'], paths: ['/api'], headers: [{ name: 'X-Tenant' }] },
  {
    target: 'tenant-blue',
    hosts: ['a.shop.example'],
    paths: ['/api'],
    headers: [{ name: 'x-tenant', value: 'blue' }, { name: 'x-ring' }],
  },
  { target: 'later', hosts: ['a.shop.example'], paths: ['/api'] },
];

const cases: readonly {
  name: string;
  host?: string;
  path?: string;
  headers?: Record<string, string>;
  want: string;
}[] = [
  { name: 'a rule without conditions takes what nobody else takes', host: 'elsewhere', want: 'any' },
  { name: 'a wildcard takes any depth', host: 'x.y.example', want: 'wide' },
  { name: 'a wildcard does not take the bare domain', host: 'example', want: 'any' },
  { name: 'the more specific wildcard wins', host: 'c.shop.example', want: 'narrow' },
  { name: 'an exact host wins over wildcards', host: 'b.shop.example', want: 'exact' },
  { name: 'host is compared without port, case and final dot', host: 'B.Shop.Example.:8080', want: 'exact' },
  { name: 'the longest path wins', host: 'a.shop.example', path: '/api/v2/x', want: 'api-v2' },
  { name: 'a path prefix ends at a segment', host: 'a.shop.example', path: '/apiary', want: 'exact' },
  { name: 'a final slash in a rule changes nothing', host: 'a.shop.example', path: '/api', want: 'api' },
  { name: 'of equal rules the earlier wins', host: 'a.shop.example', path: '/api/x', want: 'api' },
  { name: 'a second path of a rule', host: 'a.shop.example', path: '/beta', want: 'api-v2' },
  {
    name: 'a header condition by presence',
    host: 'a.shop.example',
    path: '/api',
    headers: { 'x-tenant': 'red' },
    want: 'tenant',
  },
  {
    name: 'more header conditions win',
    host: 'a.shop.example',
    path: '/api',
    headers: { 'x-tenant': 'blue', 'x-ring': '1' },
    want: 'tenant-blue',
  },
  {
    name: 'all header conditions must hold',
    host: 'a.shop.example',
    path: '/api',
    headers: { 'x-tenant': 'blue' },
    want: 'tenant',
  },
  {
    name: 'the target header wins over all',
    host: 'a.shop.example',
    path: '/api',
    headers: { 'x-sluice-target': 'wide' },
    want: 'wide',
  },
  {
    name: 'one line of a repeated header is enough',
    host: 'a.shop.example',
    path: '/api',
    headers: { 'x-tenant': 'red, blue', 'x-ring': '1' },
    want: 'tenant-blue',
  },
  {
    name: 'slashes at either end of a path change nothing',
    host: 'a.shop.example',
    path: '//beta//',
    want: 'api-v2',
  },
];

const route = routerOf(rules);
for (const { name, host = 'a', path = '/', headers = {}, want } of cases) {
  test(`route: ${name}`, () => assert.equal(route(host, path, headers), want));
}

test('route: the order of rules with different precedence does not matter', () => {
  const backwards = routerOf(rules.slice(0, -1).reverse());
  for (const { host = 'a', path = '/', headers = {}, want } of cases) {
    assert.equal(backwards(host, path, headers), want);
  }
});

const patterns: readonly { name: string; hosts: readonly string[]; host: string; want: boolean }[] = [
  { name: 'an empty name is any host', hosts: [''], host: 'a.example', want: true },
  { name: 'an empty name beside another still is any host', hosts: ['b.example', ''], host: 'a', want: true },
  { name: 'a name of a port only is nobody', hosts: [':80'], host: 'a.example:80', want: false },
  { name: 'a name of a dot only is nobody', hosts: ['.'], host: 'a.example', want: false },
];
for (const { name, hosts, host, want } of patterns) {
  test(`route: ${name}`, () => {
    // The rule for the rest comes first: what the tested rule takes, it takes by its headers.
    const of = routerOf([{ target: 'rest' }, { target: 'it', hosts, headers: [{ name: 'x-it' }] }]);
    assert.equal(of(host, '/', { 'x-it': '1' }), want ? 'it' : 'rest');
  });
}

test('route: an empty name stands behind every other, as the star does', () => {
  const of = routerOf([
    { target: 'any', hosts: [''], paths: ['/long/path'] },
    { target: 'wide', hosts: ['*.example'] },
  ]);
  assert.equal(of('a.example', '/long/path'), 'wide');
});

test('route: no match says what was looked for', () => {
  const only = routerOf([{ target: 'shop', hosts: ['shop.example'] }]);
  assert.throws(() => only('Other:1', '/x'), {
    code: 'not-found',
    message: /host "other" with path "\/x".*shop/,
  });
  assert.throws(() => only('shop.example', '/', { 'x-sluice-target': 'nobody' }), {
    code: 'not-found',
    message: /"nobody".*Known: shop/,
  });
});

test('route: of rules with as many headers the one that wants more values wins, then the older route', () => {
  const of = routerOf([
    { target: 'presence', headers: [{ name: 'x-a' }] },
    { target: 'newer', headers: [{ name: 'x-a', value: '1' }], createdMs: 2 },
    { target: 'older', headers: [{ name: 'x-a', value: '1' }], createdMs: 1 },
  ]);
  assert.equal(of('any', '/', { 'x-a': '1' }), 'older');
  assert.equal(of('any', '/', { 'x-a': '2' }), 'presence');
});

test('route: headers that do not fit at the longest path lead to the next host, not to a shorter path', () => {
  const of = routerOf([
    { target: 'short', hosts: ['a.example'] },
    { target: 'long', hosts: ['a.example'], paths: ['/api'], headers: [{ name: 'x-a' }] },
    { target: 'wide', hosts: ['*.example'] },
  ]);
  assert.equal(of('a.example', '/api'), 'wide');
  assert.equal(of('a.example', '/'), 'short');
});

const hosts: readonly { host: string; want: string }[] = [
  { host: 'A.Example.:8080', want: 'a.example' },
  { host: '[::1]:80', want: '::1' },
  { host: '[::1]', want: '::1' },
  { host: '::1', want: '::1' },
  { host: '[fe80::1%eth0]:80', want: 'fe80::1%eth0' },
  { host: '[::1].evil.example', want: '[::1].evil.example' },
  { host: '[localhost', want: '[localhost' },
  { host: '', want: '' },
];
for (const { host, want } of hosts) {
  test(`route: the host "${host}" is compared as "${want}"`, () => assert.equal(plainHost(host), want));
}

test('route: a route without rules takes everything', () => {
  const route = createRouter<Route>([{ name: 'it', target: 'shop', rules: [] }]);
  assert.equal(route({ host: 'a', path: '/b', header: () => [] }).target, 'shop');
});

test('route: the target header takes the name of a route or of a scale target', () => {
  const route = createRouter<Route>([
    { name: 'beta', target: 'shop', rules: [{ hosts: ['beta.example'] }] },
    { name: 'plain', target: 'shop', rules: [] },
  ]);
  const named = (name: string) => route({ host: '', path: '/', header: () => [name] }).name;
  assert.equal(named('plain'), 'plain');
  assert.equal(named('shop'), 'beta');
});
