import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAdmission } from './create-admission.ts';

const cases: readonly {
  name: string;
  listen?: string;
  allowed?: readonly string[];
  method?: string;
  host?: string;
  headers?: Record<string, string>;
  want: 'admitted' | 'host' | 'origin';
}[] = [
  { name: 'a program sends neither Origin nor Sec-Fetch-Site', want: 'admitted' },
  { name: 'a program that names localhost', host: 'localhost:8080', want: 'admitted' },
  { name: 'a name under localhost', host: 'sluice.localhost:8080', want: 'admitted' },
  { name: 'IPv6 loopback', host: '[::1]:8080', want: 'admitted' },
  { name: 'a container asks for its host', host: 'host.docker.internal:8080', want: 'admitted' },
  { name: 'HTTP/1.0 without a Host', host: '', want: 'admitted' },
  { name: "somebody else's name that points here", host: 'evil.example:8080', want: 'host' },
  { name: 'an address as part of a name', host: '127.0.0.1.evil.example', want: 'host' },
  { name: 'localhost as part of a name', host: 'notlocalhost', want: 'host' },
  {
    name: 'a rebound name whose page is its own origin',
    host: 'evil.example:8080',
    headers: { origin: 'http://evil.example:8080', 'sec-fetch-site': 'same-origin' },
    want: 'host',
  },
  { name: 'an allowed name', host: 'docs.example', allowed: ['docs.example'], want: 'admitted' },
  { name: 'an allowed wildcard', host: 'a.docs.example', allowed: ['*.docs.example'], want: 'admitted' },
  {
    name: 'any name on an address of the network',
    listen: '0.0.0.0',
    host: 'docs.example',
    want: 'admitted',
  },
  {
    name: 'names of a list only, once there is one',
    listen: '0.0.0.0',
    allowed: ['docs.example'],
    host: 'evil.example',
    want: 'host',
  },
  { name: 'the own page', headers: { 'sec-fetch-site': 'same-origin' }, want: 'admitted' },
  { name: 'an address typed in', headers: { 'sec-fetch-site': 'none' }, want: 'admitted' },
  {
    name: 'a form or script of another site',
    method: 'POST',
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    want: 'origin',
  },
  {
    name: 'a form that navigates by POST',
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    want: 'origin',
  },
  {
    name: 'an image of another site',
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    want: 'origin',
  },
  {
    name: 'a frame of another site',
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    want: 'origin',
  },
  {
    name: 'a page of another port of this machine',
    method: 'POST',
    headers: { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' },
    want: 'origin',
  },
  {
    name: 'a link followed from another site',
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    want: 'admitted',
  },
  {
    name: 'an older browser, the own page',
    method: 'POST',
    headers: { origin: 'http://127.0.0.1:8080' },
    want: 'admitted',
  },
  {
    name: 'an older browser, another site',
    method: 'POST',
    headers: { origin: 'http://evil.example' },
    want: 'origin',
  },
  { name: 'an older browser, a sandboxed page', method: 'POST', headers: { origin: 'null' }, want: 'origin' },
  {
    name: 'a proxy that ends TLS and keeps the name',
    listen: '0.0.0.0',
    method: 'POST',
    host: 'docs.example',
    headers: { origin: 'https://docs.example' },
    want: 'admitted',
  },
  {
    name: 'a proxy that replaces the name, with the name allowed',
    method: 'POST',
    allowed: ['docs.example'],
    headers: { origin: 'https://docs.example' },
    want: 'admitted',
  },
];

for (const { name, listen = '127.0.0.1', allowed = [], method = 'GET', host, headers = {}, want } of cases) {
  test(`admission: ${name}`, () => {
    const admit = createAdmission({ host: listen, allowedHosts: allowed });
    const ask = (): void => admit({ method, authority: host ?? '127.0.0.1:8080', headers });
    if (want === 'admitted') ask();
    else assert.throws(ask, { code: 'permission-denied', param: want, message: /gateway\.allowedHosts/ });
  });
}
