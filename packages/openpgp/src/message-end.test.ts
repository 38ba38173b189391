import { afterEach, describe, expect, test, vi } from 'vitest';
import { createSigningKey, encryptAndSign, openSigningKey } from './index.ts';
import { PART_SIZE } from './partial-body.ts';
import { earlier, makeKey, now } from './testing.ts';

const vendor = await createSigningKey({ name: 'Vendor', date: earlier });
const signer = await openSigningKey(vendor.publicKey, vendor.secret.bytes);
const recipient = (await makeKey()).toPublic().armor();
const to = { recipient, signer, fileName: 'lot.csv', date: now };

/** Every buffer that holds a secret is made by this call: all that it returned, to look at afterwards. */
function watchBuffers(): Buffer[] {
  const buffers: Buffer[] = [];
  const allocate = Buffer.allocUnsafeSlow;
  vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation(size => {
    const buffer = allocate(size);
    buffers.push(buffer);
    return buffer;
  });
  return buffers;
}

afterEach(() => vi.restoreAllMocks());

/** Counts its pulls and whether it was told to end; fails at `failsAt`. */
function watchedSource({ failsAt = Infinity }: { failsAt?: number } = {}) {
  const seen = { pulls: 0, ended: false };
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (; seen.pulls < 100; seen.pulls++) {
        if (seen.pulls === failsAt) throw new Error('the pages are gone');
        yield Buffer.alloc(PART_SIZE, 'seed');
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, source: source() };
}

const wiped = (buffers: readonly Buffer[]) => {
  expect(buffers.length).toBeGreaterThanOrEqual(2);
  for (const buffer of buffers) expect(buffer.every(octet => octet === 0)).toBe(true);
};

describe('every buffer is wiped', () => {
  test('while the file is written the plaintext is there, and afterwards gone', async () => {
    const buffers = watchBuffers();
    const { source } = watchedSource();
    let living = 0;
    for await (const chunk of encryptAndSign(to, source).stream) {
      if (chunk.length > PART_SIZE && buffers.some(buffer => buffer.includes('seedseed'))) living++;
    }
    expect(living).toBeGreaterThan(90);
    wiped(buffers);
  });

  test('when the source fails, whose own error comes out', async () => {
    const buffers = watchBuffers();
    const { source } = watchedSource({ failsAt: 5 });
    const { stream } = encryptAndSign(to, source);
    const reading = async () => {
      for await (const _ of stream);
    };
    await expect(reading()).rejects.toThrow('the pages are gone');
    wiped(buffers);
  });

  test.each(['return', 'throw'] as const)(
    'when the reader ends it with %s, and so is the source',
    async how => {
      const buffers = watchBuffers();
      const { source, seen } = watchedSource();
      const { stream } = encryptAndSign(to, source);
      for (let pull = 0; pull < 5; pull++) expect((await stream.next()).done).toBe(false);
      const end = how === 'return' ? stream.return() : stream.throw(new Error('the disk is full'));
      await end.catch(fault => expect(fault.message).toBe('the disk is full'));
      expect(seen.ended).toBe(true);
      expect(await stream.next()).toEqual({ done: true, value: undefined });
      wiped(buffers);
    },
  );

  test('when the signing key is disposed under way', async () => {
    const buffers = watchBuffers();
    const short = await openSigningKey(vendor.publicKey, vendor.secret.bytes);
    const { source, seen } = watchedSource();
    const { stream } = encryptAndSign({ ...to, signer: short }, source);
    for (let pull = 0; pull < 5; pull++) await stream.next();
    short[Symbol.dispose]();
    const reading = async () => {
      for await (const _ of stream);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'signer_disposed' });
    expect(seen.ended).toBe(true);
    const own = buffers.filter(buffer => buffer.length > 200);
    wiped(own);
  });
});

test('the source is pulled no faster than the message is read', async () => {
  const { source, seen } = watchedSource();
  const { stream } = encryptAndSign(to, source);
  await stream.next();
  expect(seen.pulls).toBe(0);
  for (let written = 0; written < 10; ) {
    const { value } = await stream.next();
    if (value && value.length > PART_SIZE) written++;
    expect(seen.pulls).toBeLessThanOrEqual(written + 3);
  }
  await stream.return();
  expect(seen.ended).toBe(true);
});

test('a file of 200 MB needs no more memory than a small one', async () => {
  const chunk = Buffer.alloc(1 << 20, 'seed');
  async function* source() {
    for (let megabytes = 0; megabytes < 200; megabytes++) yield chunk;
  }
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  let written = 0;
  let chunks = 0;
  for await (const { length } of encryptAndSign(to, source()).stream) {
    written += length;
    if (chunks++ % 50 === 0) peak = Math.max(peak, process.memoryUsage().arrayBuffers);
  }
  expect(written).toBeGreaterThan(200 << 20);
  expect(peak - before).toBeLessThan(16 << 20);
});
