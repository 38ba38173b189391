import { Pkcs11Error } from './errors.ts';

/** Where the PIN of a token is: a file that only its owner may read, or a variable of the environment. */
export type PinSource = { readonly file: string } | { readonly variable: string };

/** A token, the module that speaks to it, and where its PIN is. Nothing in it is secret. */
export interface TokenAddress {
  /** As it was written, for messages. */
  readonly uri: string;
  /** Absolute path of the vendor's library. */
  readonly module: string;
  readonly token: string;
  /** Tells tokens of one label apart. */
  readonly serial: string | null;
  /** What the names of the slot's objects in the token begin with. */
  readonly object: string;
  readonly pin: PinSource;
}

const SCHEME = 'pkcs11:';
const PATH_NAMES = ['token', 'serial', 'object'];
const QUERY_NAMES = ['module-path', 'pin-source'];

/**
 * Reads a PKCS#11 URI (RFC 7512): `pkcs11:token=T[;serial=S][;object=O]?module-path=/M&pin-source=file:/P`. The PIN's
 * source is a file or `env:NAME`. Throws `pkcs11_uri_malformed`, also for an attribute that it does not know: section
 * 2.3 leaves nobody free to overlook one. `pin-value` is refused, since addresses stand in configurations and messages.
 */
export function parsePkcs11Uri(uri: string): TokenAddress {
  if (!uri.startsWith(SCHEME)) throw malformed('it does not begin with pkcs11:');
  const [path = '', query = '', ...more] = uri.slice(SCHEME.length).split('?');
  if (more.length > 0) throw malformed('it has more than one question mark');
  const place = attributes(path, ';', PATH_NAMES);
  const access = attributes(query, '&', QUERY_NAMES);
  const module = wanted(access, 'module-path');
  if (!module.startsWith('/')) throw malformed('module-path is no absolute path');
  return {
    uri,
    module,
    token: wanted(place, 'token'),
    serial: place.get('serial') ?? null,
    object: place.get('object') ?? 'seedlot',
    pin: pinSource(wanted(access, 'pin-source')),
  };
}

function attributes(text: string, separator: string, known: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(separator).filter(one => one !== '')) {
    const [name = '', ...value] = part.split('=');
    if (name === 'pin-value') throw malformed('pin-value is not taken: put the PIN into a file, pin-source');
    if (!known.includes(name)) throw malformed(`it has an attribute that is none of ${known.join(', ')}`);
    if (found.has(name)) throw malformed(`it has ${name} twice`);
    found.set(name, decoded(name, value.join('=')));
  }
  return found;
}

function decoded(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch (cause) {
    throw malformed(`${name} is not percent-encoded as RFC 3986 says`, cause);
  }
}

function wanted(found: ReadonlyMap<string, string>, name: string): string {
  const value = found.get(name);
  if (value === undefined || value === '') throw malformed(`it lacks ${name}`);
  return value;
}

function pinSource(source: string): PinSource {
  const [, kind, place = ''] = /^(file|env):(?:\/\/(?=\/))?(.+)$/.exec(source) ?? [];
  if (kind === 'file' && place.startsWith('/')) return { file: place };
  if (kind === 'env' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(place)) return { variable: place };
  throw malformed('pin-source is neither file:/absolute/path nor env:NAME');
}

/** The address is not repeated: somebody may have put a PIN into it. */
function malformed(why: string, cause?: unknown): Pkcs11Error {
  return new Pkcs11Error('pkcs11_uri_malformed', `A PKCS#11 URI cannot be read: ${why}`, { cause });
}
