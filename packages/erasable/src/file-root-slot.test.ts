import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileRootSlot } from './file-root-slot.ts';
import { refusal } from './testing/refusal.ts';
import { describeRootSlot } from './testing/root-slot-conformance.ts';

const temporaryFolder = () => mkdtemp(join(tmpdir(), 'seedlot slot '));

describeRootSlot('FileRootSlot', async () => {
  const folder = await temporaryFolder();
  return {
    slot: await FileRootSlot.at(folder),
    otherProcess: await FileRootSlot.at(folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
});

describe('a folder of roots', () => {
  let base: string;
  let folder: string;
  let root: string;
  beforeEach(async () => {
    base = await temporaryFolder();
    folder = join(base, 'deep/slot');
    root = join(folder, 'root.1');
  });
  afterEach(() => rm(base, { recursive: true }));

  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

  describe('modes', () => {
    it('let nobody else in', async () => {
      await (await FileRootSlot.at(folder)).create(1);
      expect(await mode(folder)).toBe('700');
      expect(await mode(root)).toBe('600');
      expect(await mode(join(folder, 'high-water'))).toBe('700');
    });

    it.each([0o755, 0o710, 0o707])('of a folder are refused when others may enter it: %o', async open => {
      await mkdir(folder, { recursive: true });
      await chmod(folder, open);
      await expect(FileRootSlot.at(folder)).rejects.toEqual(refusal('slot_permissions'));
      expect(await readdir(folder)).toEqual([]);
    });

    it.each([0o644, 0o660, 0o602])('of a root are refused when others may touch it: %o', async open => {
      const slot = await FileRootSlot.at(folder);
      await slot.create(1);
      await chmod(root, open);
      await expect(slot.open(1)).rejects.toEqual(refusal('slot_permissions'));
    });
  });

  describe('the high-water mark', () => {
    it('is made once by many that start at once', async () => {
      const slots = await Promise.all(Array.from({ length: 20 }, () => FileRootSlot.at(folder)));
      const won = await Promise.allSettled(slots.map((slot, index) => slot.create(1 + (index % 2))));
      expect(won.filter(one => one.status === 'fulfilled').length).toBeLessThanOrEqual(2);
      expect(await readdir(join(folder, 'high-water'))).toEqual(['2']);
      expect(await readdir(folder)).not.toContainEqual(expect.stringMatching(/^new-/));
    });

    it('outlives a crash between it and the file of the root', async () => {
      await FileRootSlot.at(folder);
      await rename(join(folder, 'high-water/0'), join(folder, 'high-water/1'));
      const slot = await FileRootSlot.at(folder);
      expect(await slot.list()).toEqual([]);
      await expect(slot.open(1)).rejects.toEqual(refusal('root_missing'));
      await expect(slot.create(1)).rejects.toEqual(refusal('root_id_used'));
      await slot.create(2);
    });

    it.each([
      ['gone', () => rm(join(folder, 'high-water'), { recursive: true })],
      ['doubled', () => writeFile(join(folder, 'high-water/3'), '')],
      ['no number', () => rename(join(folder, 'high-water/1'), join(folder, 'high-water/01'))],
      ['put back below a root', () => rename(join(folder, 'high-water/1'), join(folder, 'high-water/0'))],
    ])('is never guessed: %s', async (_, damage) => {
      const slot = await FileRootSlot.at(folder);
      await slot.create(1);
      await damage();
      await expect(FileRootSlot.at(folder)).rejects.toEqual(refusal('slot_damaged'));
      await expect(slot.list()).rejects.toEqual(refusal('slot_damaged'));
    });
  });

  describe('a root that is not whole', () => {
    it.each([
      ['torn by a crash of create', async () => writeFile(root, (await readFile(root)).subarray(0, 40))],
      ['empty', () => writeFile(root, '')],
      ['too long', async () => writeFile(root, Buffer.concat([await readFile(root), Buffer.of(0)]))],
      ['overwritten by a crash of destroy', () => writeFile(root, Buffer.alloc(64))],
      ['of another number', async () => writeFile(root, await readFile(join(folder, 'root.2')))],
    ])('does not open, is listed and is destroyed: %s', async (_, damage) => {
      const slot = await FileRootSlot.at(folder);
      await slot.create(1);
      await slot.create(2);
      await damage();
      await expect(slot.open(1)).rejects.toEqual(refusal('root_damaged'));
      expect(await slot.list()).toEqual([1, 2]);
      await slot.destroy(1);
      expect(await slot.list()).toEqual([2]);
    });
  });

  it('overwrites a root where it stands before its name goes', async () => {
    const slot = await FileRootSlot.at(folder);
    await slot.create(1);
    const kept = join(base, 'kept');
    await link(root, kept);
    const before = await readFile(kept);
    await slot.destroy(1);
    const after = await readFile(kept);
    expect(after).toHaveLength(64);
    expect(before.filter((byte, index) => byte === after[index]).length).toBeLessThan(16);
  });

  it('follows no link in the place of a root', async () => {
    const slot = await FileRootSlot.at(folder);
    await slot.create(1);
    const elsewhere = join(base, 'elsewhere');
    await rename(root, elsewhere);
    await symlink(elsewhere, root);
    await expect(slot.open(1)).rejects.toEqual(refusal('slot_unreachable'));
    await expect(slot.destroy(1)).rejects.toEqual(refusal('root_not_destroyed'));
  });

  it.each(['root.1~', 'root.01', 'root.1.bak', 'root.'])(
    'refuses what may be a copy of a root: %s',
    async name => {
      const slot = await FileRootSlot.at(folder);
      await slot.create(1);
      await writeFile(join(folder, name), '');
      await expect(slot.list()).rejects.toEqual(refusal('slot_damaged'));
      await expect(FileRootSlot.at(folder)).rejects.toEqual(refusal('slot_damaged'));
    },
  );

  it('that is gone or not mounted is not taken for one whose roots are destroyed', async () => {
    const slot = await FileRootSlot.at(folder);
    await slot.create(1);
    await rename(folder, join(base, 'unmounted'));
    for (const replace of [async () => undefined, () => mkdir(folder)]) {
      await replace();
      for (const use of [
        () => slot.open(1),
        () => slot.list(),
        () => slot.highWater(),
        () => slot.create(2),
      ]) {
        await expect(use()).rejects.toEqual(refusal('slot_unreachable'));
      }
      await expect(slot.destroy(1)).rejects.toEqual(refusal('root_not_destroyed'));
    }
  });

  it('that cannot be made is unreachable', async () => {
    const file = join(base, 'file');
    await writeFile(file, '');
    await expect(FileRootSlot.at(file)).rejects.toEqual(refusal('slot_unreachable'));
    await expect(FileRootSlot.at(join(file, 'slot'))).rejects.toEqual(refusal('slot_unreachable'));
  });
});
