import { QueueError } from './errors.ts';

/**
 * Throws QueueError 'queue_url_malformed' unless `url` has one of the schemes. Drivers take nearly anything, and repeat
 * what they cannot use, with the password in it.
 */
export function assertUrl(url: string, schemes: readonly string[]): void {
  if (schemes.includes(URL.parse(url)?.protocol.slice(0, -1) ?? '')) return;
  const wanted = schemes.map(scheme => `${scheme}:`).join(' or ');
  throw new QueueError('queue_url_malformed', `not a URL of ${wanted} (${url.length} characters)`);
}
