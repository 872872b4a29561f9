import assert from 'node:assert/strict';
import { test } from 'node:test';
import { triggerDependencies, triggerSpec } from '../../conformance.ts';
import { createTrigger } from '../nats-jetstream.ts';

const consumerOn = (pending: number, leader: string): unknown => ({
  meta_cluster: { cluster_size: 3 },
  account_details: [
    {
      name: '$G',
      stream_detail: [
        { name: 's', consumer_detail: [{ name: 'c', num_pending: pending, cluster: { leader } }] },
      ],
    },
  ],
});

/** A cluster of three in which only the leader's numbers are fresh. */
function cluster(state: { leader: string; asked: string[] }, advertised: boolean): typeof fetch {
  const names = ['n0', 'n1', 'n2'];
  return (input) => {
    const url = new URL(new Request(input).url);
    state.asked.push(`${url.host}${url.pathname}`);
    const name = names.find((name) => url.hostname.startsWith(name)) ?? 'n0';
    const body =
      url.pathname === '/varz'
        ? {
            server_name: name,
            ...(advertised
              ? { connect_urls: names.map((other) => `${other}:4222`) }
              : { cluster: { urls: ['n1.nats:6222', 'n2.nats:6222'] } }),
          }
        : consumerOn(name === state.leader ? 7 : 99, state.leader);
    return Promise.resolve(Response.json(body));
  };
}

for (const advertised of [true, false]) {
  test(`nats-jetstream: the leader of a cluster ${advertised ? 'by advertised addresses' : 'by names'} is found, kept, and found again`, async () => {
    const state = { leader: 'n2', asked: [] as string[] };
    await using trigger = createTrigger(
      triggerSpec('nats-jetstream', {
        natsServerMonitoringEndpoint: 'nats:8222',
        account: '$G',
        stream: 's',
        consumer: 'c',
      }),
      triggerDependencies({ fetch: cluster(state, advertised) }),
    );
    const read = async (): Promise<number | undefined> =>
      (await trigger.read(0, new AbortController().signal))[0]?.value;
    assert.equal(await read(), 7);
    // Now it is asked directly.
    state.asked = [];
    assert.equal(await read(), 7);
    assert.deepEqual(state.asked, [advertised ? 'n2:8222/jsz' : 'n2.nats:8222/jsz']);
    // Another server leads: the old one's numbers are not taken.
    state.leader = 'n1';
    assert.equal(await read(), 7);
  });
}
