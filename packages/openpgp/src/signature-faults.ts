import { OpenPgpError } from './errors.ts';

const again = 'Sign the file again with `gpg --detach-sign FILE` and send FILE.sig.';

export function malformed(what: string, cause?: unknown): OpenPgpError {
  return new OpenPgpError(
    'signature_malformed',
    `This is not one whole detached OpenPGP signature: ${what}. ${again}`,
    cause === undefined ? undefined : { cause },
  );
}

export function several(count: number): OpenPgpError {
  return new OpenPgpError(
    'signature_several',
    `There are ${count} signatures, so it is unclear which one counts. Send one, made with the key that is pinned here.`,
  );
}

export function unsupported(what: string): OpenPgpError {
  return new OpenPgpError(
    'signature_unsupported',
    `The signature is of a kind that cannot be checked here: ${what}. Sign the file with \`gpg --digest-algo SHA512 --detach-sign FILE\` and a key of version 4.`,
  );
}

/** RFC 9580 §5.2.1.2: such a signature stays good when the line ends of the document change. */
export function overText(): OpenPgpError {
  return new OpenPgpError(
    'signature_of_text',
    `This is a signature over text, which does not hold its line ends. Leave \`--textmode\` out. ${again}`,
  );
}

export function weakHash(name: string): OpenPgpError {
  return new OpenPgpError(
    'signature_weak_hash',
    `The signature uses ${name}, for which other files with the same signature can be made. Sign the file again with \`gpg --digest-algo SHA512 --detach-sign FILE\`.`,
  );
}

export function keyUnknown(issuer: string): OpenPgpError {
  const by = issuer === '' ? 'does not say by which key it was made' : `was made by key ${issuer}`;
  return new OpenPgpError(
    'signature_key_unknown',
    `The signature ${by}; the pinned key has no such part. Sign with the pinned key (\`gpg --local-user FINGERPRINT --detach-sign FILE\`), or have the pinned key replaced first.`,
  );
}

export function keyReplaced(issuer: string): OpenPgpError {
  return new OpenPgpError(
    'signature_key_replaced',
    `The signature was made by key ${issuer}, which another key has replaced since. Sign the file again with the key that is pinned now.`,
  );
}

export function inFuture(made: Date): OpenPgpError {
  return misdated(`The signature is dated ${made.toISOString()}, which is still to come.`);
}

export function olderThanKey(made: Date, keyMade: Date): OpenPgpError {
  return misdated(
    `The signature is dated ${made.toISOString()}, before its key was made at ${keyMade.toISOString()}.`,
  );
}

function misdated(why: string): OpenPgpError {
  return new OpenPgpError(
    'signature_misdated',
    `${why} Set the clock of the machine that signs right, and sign the file again.`,
  );
}

export function expired(at: Date): OpenPgpError {
  return new OpenPgpError(
    'signature_expired',
    `The signature was made to end at ${at.toISOString()}. Sign the file again, without an end.`,
  );
}

export function wrong(cause: unknown): OpenPgpError {
  return new OpenPgpError(
    'signature_wrong',
    'The signature does not belong to these bytes: the file was changed after it was signed, or it is the signature of another file. Sign the very file that you send, as its last step.',
    { cause },
  );
}
