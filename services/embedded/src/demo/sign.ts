import { readFile, writeFile } from 'node:fs/promises';
import { createMessage, readPrivateKey, sign } from 'openpgp';
import { withGpg } from './gpg.ts';

/** Signs a file as the factory does, `gpg --armor --detach-sign`, beside it; resolves to the signature's path. */
export async function signFile(path: string, secretKey: string): Promise<string> {
  const signature = `${path}.asc`;
  const signed = await withGpg([secretKey], async gpg => {
    await gpg('--armor', '--output', signature, '--detach-sign', path);
    return true;
  });
  if (signed === null) await signWithOpenPgpJs(path, secretKey, signature);
  return signature;
}

async function signWithOpenPgpJs(path: string, secretKey: string, signature: string): Promise<void> {
  const armored = await sign({
    message: await createMessage({ binary: await readFile(path) }),
    signingKeys: await readPrivateKey({ armoredKey: await readFile(secretKey, 'utf8') }),
    detached: true,
  });
  await writeFile(signature, armored);
}
