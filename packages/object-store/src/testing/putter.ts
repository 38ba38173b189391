import { FolderObjectStore } from '../folder-store.ts';

// A process to be killed or to run out of space in the middle of a put: arguments are folder, name and bytes; with
// 'pause' as fourth it stops for ever after half of them.
const [, , folder = '', name = '', bytes = '0', mode] = process.argv;

async function* source(): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024).fill(7);
  for (let sent = 0; sent < Number(bytes); sent += chunk.length) {
    if (mode === 'pause' && sent >= Number(bytes) / 2) {
      process.stdout.write('half\n');
      await new Promise(() => setInterval(() => {}, 1_000));
    }
    yield chunk;
  }
}

// The kernel signals a process that passes its limit; unheard, the signal would end it before the error is seen.
process.on('SIGXFSZ', () => {});

const store = await FolderObjectStore.open(folder);
try {
  const { bytes: stored } = await store.put(name, source());
  process.stdout.write(`stored ${stored}\n`);
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : 'no code';
  process.stdout.write(`${error instanceof Error && error.name} ${code}\n`);
}
