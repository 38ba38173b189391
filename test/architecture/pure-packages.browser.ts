import * as domain from '@seedlot/domain';
import * as oath from '@seedlot/oath';
import * as seedFiles from '@seedlot/seed-files';

/** Every export, so that bundling leaves none of them out. */
export const packages = { domain, oath, 'seed-files': seedFiles };

/** What the pure packages answer, as text; the same in Node and in a browser. */
export const answers: Readonly<Record<string, () => string>> = {
  base32: () => {
    const out = new Uint8Array(oath.base32Length(20));
    oath.writeBase32(ascii('12345678901234567890'), 0, 20, out, 0);
    return text(out);
  },
  'base32 read': () => {
    const out = new Uint8Array(6);
    return `${oath.readBase32(ascii('MZXW6YTBOI'), out)} ${text(out)}`;
  },
  'samples of one-time passwords': () => {
    const source = { seed: ascii('12345678901234567890'), hash: 'sha1' } as const;
    const hotp = oath.hotpFits({ ...source, digits: 6 }, 755224, 287082, 0n);
    return `${hotp} ${oath.totpFits({ ...source, digits: 8, period: 30 }, 94287082, 59)}`;
  },
  'row of an export': () => {
    const oath = { type: 'totp', hash: 'sha1', digits: 6, period: 30 } as const;
    const product = { manufacturer: 'Example', model: 'EX-1', oath, seedLength: 20 };
    const out = new Uint8Array(100);
    const row = { serial: 'AB7', product, counter: 0n };
    const length = new seedFiles.ExportWriter('entra-csv').writeRow(out, row, ascii('12345678901234567890'));
    return text(out.subarray(0, length));
  },
  serial: () => {
    const { space, numbers } = domain.serialsOf({ prefix: 'AB7', width: 4 });
    return domain.printSerials(space, { first: numbers.first, after: numbers.first + 10_000n });
  },
  ranges: () => {
    const rest = domain.subtract([{ first: 0n, after: 10n }], [{ first: 3n, after: 5n }]);
    return rest.map(({ first, after }) => `${first}-${after}`).join(' ');
  },
  refusal: () => codeOf(() => domain.parseSerial('no serial')),
  'secret in a template': () => nameOf(() => `${new domain.SecretBytes(ascii('seed'))}`),
  'secret in JSON': () => nameOf(() => JSON.stringify({ secret: new domain.SecretBytes(ascii('seed')) })),
  'wiped secret': () => {
    const bytes = ascii('seed');
    new domain.SecretBytes(bytes).wipe();
    return bytes.join();
  },
};

function ascii(characters: string): Uint8Array {
  return Uint8Array.from(characters, character => character.charCodeAt(0));
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function codeOf(action: () => unknown): string {
  const error = thrownBy(action);
  return error instanceof domain.DomainError ? error.code : `${error}`;
}

function nameOf(action: () => unknown): string {
  const error = thrownBy(action);
  return error instanceof Error ? error.name : `${error}`;
}

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
