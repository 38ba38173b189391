import { CliError } from '../errors.ts';

/**
 * A path of the API with what a person typed in it. A name that is all dots would climb out of its place once the URL
 * is normalised (RFC 3986 section 5.2.4), and no thing of Seedlot's has such a name.
 */
export function pathOf(noun: string, name: string, ...rest: readonly string[]): string {
  if (name === '' || /^\.+$/.test(name)) throw new CliError('usage', `"${name}" is no name`);
  return ['v1', noun, encodeURIComponent(name), ...rest].join('/');
}
