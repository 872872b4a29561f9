import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { askHttp } from './http/ask-http.ts';
import { readJetStream, type ConsumerLag, type JetStreamReport } from './nats/consumer-lag.ts';
import { jetStreamUrl, serverUrl, type Monitor } from './nats/monitor-url.ts';

const serverSchema = z.object({
  server_name: z.string().nullish(),
  connect_urls: z.array(z.string()).nullish(),
  cluster: z.object({ urls: z.array(z.string()).nullish() }).nullish(),
});
/** A cluster larger than this is not walked. */
const maxServers = 50;

/**
 * Messages a JetStream consumer has not been given, plus those it has not acknowledged.
 *
 * In a cluster only the consumer's leader knows; it is looked for once and then asked directly.
 *
 * @see https://keda.sh/docs/latest/scalers/nats-jetstream/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const useHttps = values.flag('useHttps');
  const home: Monitor = { endpoint: values.text('natsServerMonitoringEndpoint'), useHttps };
  const account = values.text('accountID') || values.text('account');
  const place = { account, stream: values.text('stream'), consumer: values.text('consumer') };
  if (!URL.canParse(jetStreamUrl(home, account))) {
    throw triggerProblems(spec, dependencies, [
      `natsServerMonitoringEndpoint: expected host:port, received "${home.endpoint}"`,
    ]);
  }
  /** Where the leader was last, and its name. */
  let leader: { readonly monitor: Monitor; readonly name: string } | null = null;

  const ask = (url: string, monitor: Monitor, signal: AbortSignal): Promise<unknown> =>
    askHttp({ what: `NATS at ${monitor.endpoint}`, url: new URL(url), fetch: dependencies.fetch }, signal);
  const reportOf = async (monitor: Monitor, signal: AbortSignal): Promise<JetStreamReport> =>
    readJetStream(await ask(jetStreamUrl(monitor, account), monitor, signal), place);
  const serverOf = async (monitor: Monitor, signal: AbortSignal): Promise<z.infer<typeof serverSchema>> =>
    serverSchema.catch({}).parse(await ask(serverUrl(monitor), monitor, signal));

  /** Neighbours as others see them: by the address they advertise, or by their name within the service. */
  const neighbours = async (signal: AbortSignal): Promise<readonly Monitor[]> => {
    const info = await serverOf(home, signal);
    const [host = '', port] = splitEndpoint(home.endpoint);
    const portPart = port === undefined ? '' : `:${port}`;
    const advertised = info.connect_urls ?? [];
    if (advertised.length > 0) {
      return advertised.map((url) => ({ endpoint: `${splitEndpoint(url)[0] ?? ''}${portPart}`, useHttps }));
    }
    const names = [info.server_name ?? '', ...(info.cluster?.urls ?? [])];
    return names
      .filter((name) => name !== '')
      .map((name) => ({ endpoint: `${name.split('.')[0] ?? ''}.${host}${portPart}`, useHttps }));
  };

  const findLeader = async (signal: AbortSignal): Promise<ConsumerLag | null> => {
    let last: unknown = null;
    for (const monitor of (await neighbours(signal)).slice(0, maxServers)) {
      try {
        const { server_name: name } = await serverOf(monitor, signal);
        const found = (await reportOf(monitor, signal)).consumer();
        if (found.leader !== '' && found.leader !== name) continue;
        leader = { monitor, name: found.leader };
        return found;
      } catch (error) {
        if (signal.aborted) throw error;
        // Another server may have the consumer.
        last = error;
      }
    }
    if (last !== null) throw last;
    return null;
  };

  const lag = async (signal: AbortSignal): Promise<number> => {
    if (leader) {
      try {
        const known = (await reportOf(leader.monitor, signal)).consumer();
        if (known.leader === leader.name) return known.lag;
      } catch (error) {
        if (signal.aborted) throw error;
        // It has gone, or no longer has the consumer: another one leads.
      }
      leader = null;
    }
    const report = await reportOf(home, signal);
    if (report.clusterSize <= 1) return report.consumer().lag;
    const found = await findLeader(signal);
    if (found) return found.lag;
    throw new AppError(
      'upstream-failed',
      `No server of the NATS cluster at ${home.endpoint} says that it leads consumer ${place.consumer}.`,
    );
  };

  return oneMetricTrigger('nats-jetstream', trigger, (_nowMs, signal) => lag(signal));
};

const splitEndpoint = (text: string): readonly (string | undefined)[] => {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?/.exec(text) ?? [];
  return [host, port];
};
