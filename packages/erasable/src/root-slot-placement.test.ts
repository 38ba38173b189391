import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ErasableError } from './errors.ts';
import { refuseSlotInside } from './root-slot-placement.ts';

describe('the place of a root slot', () => {
  let base: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'seedlot slot '));
    await mkdir(join(base, 'data/objects'), { recursive: true });
    await mkdir(join(base, 'slots'));
  });
  afterEach(() => rm(base, { recursive: true }));

  const check = (data: string, slot: string) => refuseSlotInside(join(base, data), join(base, slot));
  const refused = expect.objectContaining({ constructor: ErasableError, code: 'slot_in_data_folder' });

  it.each([
    ['data', 'slots'],
    ['data', 'slots/not/there/yet'],
    ['data', 'data-slots'],
    ['data', '..data'],
    ['not/there/data', 'not/there/slot'],
  ])('may be beside the data: %s and %s', async (data, slot) => {
    await expect(check(data, slot)).resolves.toBeUndefined();
  });

  it.each([
    ['data', 'data'],
    ['data', 'data/objects'],
    ['data', 'data/not/there/yet'],
    ['data', 'data/..slots'],
    ['data', 'slots/../data/x'],
    ['data', '.'],
    ['not/there', 'not/there/slot'],
    ['not/there/data', 'not'],
  ])('is never in, at or around the data: %s and %s', async (data, slot) => {
    await expect(check(data, slot)).rejects.toEqual(refused);
  });

  it.each([
    ['a link to the data', '../data', 'slots/link'],
    ['a folder below a link', '../data/objects', 'slots/link/deep/er'],
    ['a link to a folder that the data will have', '../data/later', 'slots/link'],
    ['a link to the folder around both', '..', 'slots/link'],
  ])('is not hidden by %s', async (_, target, slot) => {
    await symlink(target, join(base, 'slots/link'));
    await expect(check('data', slot)).rejects.toEqual(refused);
  });

  it('is not hidden by a link to a link whose target is not there yet', async () => {
    await symlink('../data/objects', join(base, 'slots/first'));
    await symlink('later/root', join(base, 'data/objects/second'));
    await expect(check('data', 'slots/first/second')).rejects.toEqual(refused);
  });

  it('is refused when it cannot be known', async () => {
    await symlink('circle', join(base, 'slots/circle'));
    await expect(check('data', 'slots/circle')).rejects.toMatchObject({
      constructor: ErasableError,
      code: 'slot_unreachable',
    });
  });
});
