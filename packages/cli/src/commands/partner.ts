import type { Command } from 'commander';
import { partnerAdded } from '../client/views.ts';
import { example } from '../help-text.ts';
import type { Invocation } from '../invocation.ts';
import { moment } from '../output/figures.ts';
import type { Field } from '../output/table.ts';
import { handToken } from './handed-token.ts';
import { readPublicKey } from './public-key-file.ts';

interface PinnedKey {
  readonly fingerprint: string;
  readonly keyExpiresAt: string | null;
  readonly addedAt: string;
}

/** What factories and customers have in common. */
export const keyFacts: readonly Field<PinnedKey>[] = [
  { title: 'Key', of: one => one.fingerprint },
  { title: 'Key expires', of: one => (one.keyExpiresAt === null ? 'never' : moment(one.keyExpiresAt)) },
  { title: 'Added', of: one => moment(one.addedAt) },
];

export interface PartnerOptions {
  readonly key: string;
  readonly saveToken?: string;
}

/** The verb `add` of a factory or a customer, without its action. */
export function addVerb(command: Command, noun: string, sample: string): Command {
  return command
    .command('add')
    .description(`Add a ${noun} with the key that its files are encrypted to, and print its token, once.`)
    .argument(`<${noun}>`, 'its name: lower-case letters, digits and inner hyphens')
    .requiredOption('--key <file>', 'its OpenPGP public key, armored; - for stdin')
    .option('--save-token <file>', 'write the token to a new file (mode 600), not to stdout')
    .addHelpText(
      'after',
      example(`$ seedlot ${noun} add ${sample} --key ${sample}.asc --save-token ${sample}.token`),
    );
}

export interface NewPartner {
  readonly noun: string;
  readonly name: string;
  readonly path: string;
  /** What the request says beside the key. */
  readonly body: Readonly<Record<string, string | number>>;
}

export async function addPartner(
  call: Invocation,
  { key, saveToken }: PartnerOptions,
  { noun, name, path, body }: NewPartner,
): Promise<void> {
  const publicKey = await readPublicKey(call.terminal, key);
  const client = await call.client();
  await handToken(call, {
    saveToken,
    add: () => client.post(path, { ...body, publicKey }, partnerAdded),
    holder: added => `${noun} ${name} with key ${added.fingerprint}`,
  });
}
