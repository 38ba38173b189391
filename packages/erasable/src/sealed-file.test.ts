import { generateKeySync, type KeyObject, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { randomKeys } from './keyring-keys.ts';
import { sealFile, sealFileInChunks } from './sealed-file.ts';
import { sealedFileSize } from './sealed-file-format.ts';
import { openSealedFile, openSealedFileInChunks, type SealedFileSource } from './sealed-file-reader.ts';
import { refusal } from './testing/refusal.ts';

const CHUNK = 4;
const HEADER = 15;
const SEALED_CHUNK = CHUNK + 16;
const ID = 'attempt-1';
const damaged = refusal('sealed_file_damaged');

async function* streamOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, void> {
  yield* pieces;
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of stream) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies);
}

/** A stored file that gives its bytes in pieces of some length. */
function stored(bytes: Uint8Array, pieceBytes = 7): SealedFileSource {
  return {
    size: bytes.byteLength,
    async *read({ start, end }) {
      for (let at = start; at < end; at += pieceBytes)
        yield bytes.subarray(at, Math.min(at + pieceBytes, end));
    },
  };
}

const sealSmall = (key: KeyObject, plain: Uint8Array, id = ID) =>
  collect(sealFileInChunks(CHUNK, key, id, streamOf(plain)));
const openSmall = (key: KeyObject, sealed: Uint8Array, range?: { start: number; end: number }, id = ID) =>
  collect(openSealedFileInChunks(CHUNK, key, id, stored(sealed), range));

describe('a sealed file', () => {
  it('opens as what was sealed, in whatever pieces it comes and goes', async () => {
    const key = randomKeys.draw();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 11 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 70 }),
        async (pieces, pieceBytes) => {
          const plain = Buffer.concat(pieces);
          const sealed = await collect(sealFileInChunks(CHUNK, key, ID, streamOf(...pieces)));
          expect(sealed).toHaveLength(sealedFileSize(plain.length, CHUNK));
          const opened = openSealedFileInChunks(CHUNK, key, ID, stored(sealed, pieceBytes));
          expect(await collect(opened)).toEqual(plain);
        },
      ),
    );
  });

  it('opens in chunks of 64 KiB, also at their borders', async () => {
    const key = randomKeys.draw();
    for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
      const plain = randomBytes(length);
      const sealed = await collect(sealFile(key, ID, streamOf(plain)));
      expect(sealed).toHaveLength(sealedFileSize(length));
      expect((await collect(openSealedFile(key, ID, stored(sealed, 50_000)))).equals(plain)).toBe(true);
    }
  });

  it('is, byte by byte, what the format says: WebCrypto makes one that opens', async () => {
    const key = randomKeys.draw();
    const header = Buffer.from('534545444c4f540101020304050607', 'hex');
    expect(header).toHaveLength(HEADER);
    const plain = randomBytes(2 * CHUNK + 1);
    const additionalData = Buffer.from(`["seedlot file v1","${ID}",${CHUNK},"${header.toString('hex')}"]`);
    const webKey = await crypto.subtle.importKey('raw', key.export(), 'AES-GCM', false, ['encrypt']);
    const parts: Uint8Array[] = [header];
    for (const [chunk, last] of [
      [0, 0],
      [1, 0],
      [2, 1],
    ] as const) {
      const iv = Buffer.concat([header.subarray(8), Buffer.of(0, 0, 0, chunk, last)]);
      const part = plain.subarray(chunk * CHUNK, (chunk + 1) * CHUNK);
      parts.push(
        new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, webKey, part)),
      );
    }
    expect(await openSmall(key, Buffer.concat(parts))).toEqual(plain);
  });

  it('never looks the same twice', async () => {
    const key = randomKeys.draw();
    const plain = Buffer.from('the same');
    const [one, other] = [await sealSmall(key, plain), await sealSmall(key, plain)];
    expect(one.subarray(8, HEADER)).not.toEqual(other.subarray(8, HEADER));
    expect(one.subarray(HEADER)).not.toEqual(other.subarray(HEADER));
  });

  it('needs a key of 32 bytes', async () => {
    const short = generateKeySync('aes', { length: 128 });
    await expect(collect(sealFile(short, ID, streamOf()))).rejects.toEqual(refusal('key_malformed'));
    await expect(openSmall(short, await sealSmall(randomKeys.draw(), Buffer.of(1)))).rejects.toEqual(
      refusal('key_malformed'),
    );
  });
});

describe('a range of a sealed file', () => {
  it('is that of the plaintext, for every range of every small file', async () => {
    const key = randomKeys.draw();
    for (let length = 0; length <= 3 * CHUNK + 1; length++) {
      const plain = randomBytes(length);
      const sealed = await sealSmall(key, plain);
      for (let start = 0; start <= length; start++) {
        for (let end = start; end <= length; end++) {
          expect(await openSmall(key, sealed, { start, end })).toEqual(plain.subarray(start, end));
        }
      }
    }
  });

  it.each([
    [-1, 3],
    [3, 2],
    [0, 11],
    [11, 11],
    [0.5, 3],
    [0, Number.NaN],
  ])('is refused outside of the file: %d to %d of 10 bytes', async (start, end) => {
    const key = randomKeys.draw();
    const sealed = await sealSmall(key, randomBytes(10));
    await expect(openSmall(key, sealed, { start, end })).rejects.toEqual(refusal('range_invalid'));
  });

  it('reads no more than the header, the last chunk and the chunks that it touches, and stops when told', async () => {
    const key = randomKeys.draw();
    const sealed = await sealSmall(key, randomBytes(10 * CHUNK));
    const source = stored(sealed);
    const asked: [number, number][] = [];
    const watched: SealedFileSource = {
      size: source.size,
      read: range => {
        asked.push([range.start, range.end]);
        return source.read(range);
      },
    };
    await collect(openSealedFileInChunks(CHUNK, key, ID, watched, { start: 9, end: 13 }));
    expect(asked).toEqual([
      [0, HEADER],
      [HEADER + 9 * SEALED_CHUNK, HEADER + 10 * SEALED_CHUNK],
      [HEADER + 2 * SEALED_CHUNK, HEADER + 4 * SEALED_CHUNK],
    ]);
  });
});

describe('an attacker who has the stored file', () => {
  const lengths = Array.from({ length: 2 * CHUNK + 2 }, (_, length) => length);

  /** Every byte that comes out before the refusal must be right: it was authenticated. */
  async function expectRefused(key: KeyObject, bytes: Uint8Array, plain: Uint8Array): Promise<void> {
    const out: Buffer[] = [];
    const opening = (async () => {
      for await (const chunk of openSealedFileInChunks(CHUNK, key, ID, stored(bytes)))
        out.push(Buffer.from(chunk));
    })();
    await expect(opening).rejects.toEqual(damaged);
    const released = Buffer.concat(out);
    expect(released).toEqual(plain.subarray(0, released.length));
  }

  it('flips no bit', async () => {
    const key = randomKeys.draw();
    for (const length of lengths) {
      const plain = randomBytes(length);
      const sealed = await sealSmall(key, plain);
      for (let bit = 0; bit < sealed.length * 8; bit++) {
        const mutant = Buffer.from(sealed);
        mutant.writeUInt8(mutant.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        await expectRefused(key, mutant, plain);
      }
    }
  });

  it('cuts nothing off and adds nothing, not even for somebody who reads another part', async () => {
    const key = randomKeys.draw();
    for (const length of lengths) {
      const sealed = await sealSmall(key, randomBytes(length));
      const others = [
        ...Array.from(sealed.keys(), end => sealed.subarray(0, end)),
        ...Array.from({ length: 2 * SEALED_CHUNK + 2 }, (_, more) =>
          Buffer.concat([sealed, randomBytes(more + 1)]),
        ),
        Buffer.concat([sealed, sealed.subarray(HEADER)]),
      ];
      for (const other of others) {
        await expect(openSmall(key, other, { start: 0, end: 0 })).rejects.toEqual(damaged);
      }
    }
  });

  it('drops, repeats and reorders no chunk, nor takes one of another file', async () => {
    const key = randomKeys.draw();
    const plain = randomBytes(3 * CHUNK);
    const own = await sealSmall(key, plain);
    const strangers = [
      await sealSmall(key, plain),
      await sealSmall(key, plain, 'attempt-2'),
      await sealSmall(randomKeys.draw(), plain),
      await sealSmall(key, plain.subarray(0, 2 * CHUNK)),
    ];
    const chunksOf = (file: Buffer) =>
      Array.from({ length: (file.length - HEADER) / SEALED_CHUNK }, (_, chunk) =>
        file.subarray(HEADER + chunk * SEALED_CHUNK, HEADER + (chunk + 1) * SEALED_CHUNK),
      );
    const pool = [
      ...chunksOf(own),
      ...strangers.flatMap(file => [chunksOf(file).slice(0, 1), chunksOf(file).slice(-1)].flat()),
    ];
    const header = own.subarray(0, HEADER);
    const sequences = (length: number): Buffer[][] =>
      length === 0 ? [[]] : sequences(length - 1).flatMap(start => pool.map(chunk => [...start, chunk]));
    for (const length of [1, 2, 3]) {
      for (const sequence of sequences(length)) {
        const file = Buffer.concat([header, ...sequence]);
        if (!file.equals(own)) await expect(openSmall(key, file)).rejects.toEqual(damaged);
      }
    }
    for (const stranger of strangers.slice(0, 2)) {
      const swapped = Buffer.concat([stranger.subarray(0, HEADER), own.subarray(HEADER)]);
      await expect(openSmall(key, swapped)).rejects.toEqual(damaged);
    }
  });

  it('passes a file off neither under another id, nor another key, nor another chunk size', async () => {
    const key = randomKeys.draw();
    const sealed = await sealSmall(key, randomBytes(CHUNK));
    await expect(openSmall(key, sealed, undefined, 'attempt-2')).rejects.toEqual(damaged);
    await expect(openSmall(randomKeys.draw(), sealed)).rejects.toEqual(damaged);
    const wider = openSealedFileInChunks(CHUNK + 1, key, ID, stored(sealed));
    await expect(collect(wider)).rejects.toEqual(damaged);
  });

  it('gains nothing from a store that ends early or gives more than it was asked for', async () => {
    const key = randomKeys.draw();
    const plain = randomBytes(10 * CHUNK + 1);
    const sealed = await sealSmall(key, plain);
    const lying = (size: number, extra: number): SealedFileSource => ({
      size,
      read: ({ start, end }) => stored(sealed).read({ start, end: end + extra }),
    });
    await expect(collect(openSealedFileInChunks(CHUNK, key, ID, lying(sealed.length, -1)))).rejects.toEqual(
      damaged,
    );
    expect(await collect(openSealedFileInChunks(CHUNK, key, ID, lying(sealed.length, 5)))).toEqual(plain);
    await expect(
      collect(openSealedFileInChunks(CHUNK, key, ID, lying(sealed.length - 1, 0))),
    ).rejects.toEqual(damaged);
  });
});

describe('sealing as a stream', () => {
  it('copies what it is given before it asks for more: a source may overwrite its buffer', async () => {
    const key = randomKeys.draw();
    async function* overwriting() {
      const buffer = Buffer.alloc(6);
      for (let round = 0; round < 5; round++) {
        buffer.fill(round);
        yield buffer;
        buffer.fill(0xff);
      }
    }
    const sealed = await collect(sealFileInChunks(CHUNK, key, ID, overwriting()));
    const expected = Buffer.concat(Array.from({ length: 5 }, (_, round) => Buffer.alloc(6, round)));
    expect(await openSmall(key, sealed)).toEqual(expected);
  });

  it('pulls the source only when it is pulled, and closes it when it is left', async () => {
    let [pulled, closed] = [0, false];
    async function* counting() {
      try {
        for (;;) {
          pulled += 1;
          yield Buffer.alloc(CHUNK);
        }
      } finally {
        closed = true;
      }
    }
    const sealing = sealFileInChunks(CHUNK, randomKeys.draw(), ID, counting());
    await sealing.next();
    expect(pulled).toBe(0);
    for (const pulls of [2, 3, 4]) {
      await sealing.next();
      expect(pulled).toBe(pulls);
    }
    await sealing.return();
    expect(closed).toBe(true);
  });

  it('passes on an error of its source, and what it made till then does not open', async () => {
    const key = randomKeys.draw();
    const fault = new Error('the disk is gone');
    async function* failing() {
      yield Buffer.alloc(3 * CHUNK);
      throw fault;
    }
    const made: Buffer[] = [];
    const sealing = (async () => {
      for await (const chunk of sealFileInChunks(CHUNK, key, ID, failing())) made.push(Buffer.from(chunk));
    })();
    await expect(sealing).rejects.toBe(fault);
    expect(made).toHaveLength(3);
    await expect(openSmall(key, Buffer.concat(made))).rejects.toEqual(damaged);
  });

  it('wipes its buffer of plaintext, at the end and when it is left', async () => {
    for (const pulls of [2, 5]) {
      const buffers = vi.spyOn(Buffer, 'allocUnsafeSlow');
      const sealing = sealFileInChunks(CHUNK, randomKeys.draw(), ID, streamOf(Buffer.alloc(2 * CHUNK, 7)));
      for (let pull = 0; pull < pulls; pull++) await sealing.next();
      await sealing.return();
      const made = buffers.mock.results.map(result => result.value);
      buffers.mockRestore();
      expect(made).toEqual([Buffer.alloc(CHUNK)]);
    }
  });
});
