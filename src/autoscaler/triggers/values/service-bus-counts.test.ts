import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combineCounts, serviceBusCounts } from './service-bus-counts.ts';

const entry = (name: string, details: string): string =>
  `<entry xmlns="http://www.w3.org/2005/Atom"><title type="text">${name}</title><content type="application/xml">` +
  '<QueueDescription xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect">' +
  `<MessageCount>99</MessageCount>${details}</QueueDescription></content></entry>`;
const details = (count: string, prefix: string): string =>
  `<CountDetails xmlns:${prefix}="x"><${prefix}:DeadLetterMessageCount>5</${prefix}:DeadLetterMessageCount>` +
  `<${prefix}:ActiveMessageCount>${count}</${prefix}:ActiveMessageCount></CountDetails>`;
const feed = (entries: string): string =>
  `<?xml version="1.0"?><feed><title type="text">Queues</title>${entries}</feed>`;

for (const { answer, name, want } of [
  { name: 'one entity', answer: entry('a', details('7', 'd3p1')), want: [{ name: 'a', active: 7 }] },
  { name: 'none', answer: feed(''), want: [] },
  {
    name: 'several',
    answer: feed(entry('a', details('7', 'd2p1')) + entry('b/c', details('0', 'd2p1'))),
    want: [
      { name: 'a', active: 7 },
      { name: 'b/c', active: 0 },
    ],
  },
  { name: 'one that does not say', answer: entry('a', ''), want: [{ name: 'a', active: null }] },
  { name: 'no number', answer: entry('a', details('many', 'd')), want: [{ name: 'a', active: null }] },
]) {
  test(`azure-servicebus: an answer with ${name}`, () => {
    assert.deepEqual(serviceBusCounts(answer), want);
  });
}

test('azure-servicebus: several counts are one, by sum, largest or average cut off', () => {
  for (const [operation, some, none] of [
    ['sum', 11, 0],
    ['max', 8, 0],
    ['avg', 3, 0],
  ] as const) {
    assert.equal(combineCounts([1, 8, 2], operation), some);
    assert.equal(combineCounts([], operation), none);
  }
});
