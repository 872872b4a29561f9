import { AppError } from '../contract/app-error.ts';
import { gatewayMetricNames, type MetricNames } from './simulated-metrics.ts';

/** `nginx_requests_total{service="docs",job="ingress"}`, or a bare name. @throws AppError `invalid-argument`. */
export function parseMetric(text: string): MetricNames {
  const found = /^([A-Za-z_:][\w:]*)?(?:\{(.*)\})?$/.exec(text.trim());
  const [, name = gatewayMetricNames.name, list = ''] = found ?? [];
  const labels: Record<string, string> = {};
  const rest = list.replaceAll(
    /\s*([A-Za-z_]\w*)\s*=\s*"([^"]*)"\s*,?/g,
    (_all, label: string, value: string) => {
      labels[label] = value;
      return '';
    },
  );
  if (found === null || text.trim() === '' || rest.trim() !== '') {
    throw new AppError(
      'invalid-argument',
      `--metric: expected a counter as the queries call it, such as requests_total{job="docs"}, received "${text}".`,
      { param: 'metric' },
    );
  }
  return { name, labels };
}
