import { httpTarget, type ScrapeTarget } from './scrape-target.ts';

/**
 * A page as the configuration names it, `docs=http://127.0.0.1:9000/metrics`: its series get `job` and, as in Prometheus,
 * host and port as `instance`. Without a name the job is the host.
 */
export function pageTarget(text: string): ScrapeTarget {
  const [, job = '', page = ''] = /^(?:([^=/]+)=)?(.*)$/.exec(text) ?? [];
  const url = new URL(page);
  const instance = url.port === '' ? `${url.hostname}:${url.protocol === 'https:' ? 443 : 80}` : url.host;
  return httpTarget(url.href, { job: job === '' ? url.hostname : job, instance });
}
