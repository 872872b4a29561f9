/**
 * The name of an SQS queue from its URL.
 *
 * @returns the last of the path's two parts; the text itself when it is no URL; null for a URL of another shape.
 * @example queueNameOf('https://sqs.eu-west-1.amazonaws.com/123/jobs') // 'jobs'
 */
export function queueNameOf(queueUrl: string): string | null {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(queueUrl) || queueUrl.startsWith('/');
  if (!isUrl) return queueUrl === '' ? null : queueUrl;
  const path = queueUrl.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/, '');
  const parts = path.split('/');
  return parts.length === 3 && parts[2] ? parts[2] : null;
}
