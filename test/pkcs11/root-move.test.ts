import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/project.ts';
import { lacks } from '../setup/requirements.ts';
import { SoftHsm } from './soft-hsm.ts';

const CLI = join(ROOT, 'packages/cli/src/main.ts');

interface Ring {
  readonly adapter: string;
  readonly roots: {
    readonly epoch: number;
    readonly currentRootPresent: boolean;
    readonly otherRoots: number[];
  } & {
    readonly highWater: number;
    readonly mirrors: string[];
  };
}

describe.skipIf(lacks('softhsm2'))('seedlot root', () => {
  let hsm: SoftHsm;
  let folder: string;
  let running: ChildProcess[];
  beforeAll(async () => {
    hsm = await SoftHsm.make();
  });
  afterAll(() => hsm[Symbol.asyncDispose]());
  beforeEach(async () => {
    running = [];
    folder = await mkdtemp(join(tmpdir(), 'seedlot root '));
  });
  afterEach(async () => {
    for (const child of running) await stop(child);
    await rm(folder, { recursive: true, force: true });
  });

  const spawned = (args: readonly string[], seedsSlot?: string) => {
    const slot = seedsSlot === undefined ? {} : { SEEDLOT_SEEDS_SLOT: seedsSlot };
    const env = { ...process.env, ...slot };
    const places = ['--data', 'data', '--root-slots', 'slots'];
    const child = spawn(process.execPath, [CLI, ...args, ...places], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, stdout: text(child.stdout), stderr: text(child.stderr), closed: once(child, 'close') };
  };
  const seedlot = async (args: readonly string[], seedsSlot?: string) => {
    const { child, stdout, stderr, closed } = spawned(args, seedsSlot);
    await closed;
    return { code: child.exitCode, stdout: await stdout, stderr: await stderr };
  };
  const move = (to: string, seedsSlot?: string) =>
    seedlot(['root', 'move', '--ring', 'seeds', '--to', to], seedsSlot);
  const seedsRing = async (seedsSlot?: string): Promise<Ring> => {
    const { stdout, stderr } = await seedlot(['--json', 'root', 'status'], seedsSlot);
    expect(stderr).toBe('');
    return JSON.parse(stdout)[0];
  };
  /** Starts the system, and ends it again once it listens; rejects with what it says when it does not. */
  const startAndStop = async (seedsSlot?: string) => {
    const system = await start(seedsSlot);
    expect(await stop(system)).toBe(0);
  };
  const start = async (seedsSlot?: string): Promise<ChildProcess> => {
    const { child, stderr } = { ...spawned(['up', '--port', '0'], seedsSlot) };
    running.push(child);
    const listens = new Promise<boolean>(resolve => child.stdout?.on('data', () => resolve(true)));
    if (await Promise.race([listens, once(child, 'close').then(() => false)])) return child;
    throw new Error(await stderr);
  };

  it('moves a ring from a folder to a token and to a mirror of both, never with an id twice', async () => {
    await startAndStop();
    expect(await seedsRing()).toMatchObject({
      adapter: 'file',
      roots: { epoch: 1, otherRoots: [], highWater: 1 },
    });

    const token = hsm.uri();
    expect(await move(token)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`SEEDLOT_SEEDS_SLOT='${token}'`),
    });
    expect(await seedsRing(token)).toMatchObject({
      adapter: 'pkcs11',
      roots: {
        epoch: 2,
        currentRootPresent: true,
        otherRoots: [],
        highWater: 2,
        mirrors: expect.arrayContaining(['mirror/seeds/000000002']),
      },
    });
    expect(await rootFiles()).toEqual([]);
    await expect(start()).rejects.toThrow(/moved to pkcs11:.* \[root_slot_moved\]/);
    await startAndStop(token);

    const both = `${pathToFileURL(join(folder, 'second')).href} ${token}`;
    expect(await move(both, token)).toMatchObject({ code: 0 });
    expect(await move(both, both)).toMatchObject({ code: 0 });
    expect(await seedsRing(both)).toMatchObject({
      adapter: 'mirrored (file, pkcs11)',
      roots: { epoch: 3, otherRoots: [] },
    });
    await startAndStop(both);
  }, 180_000);

  it('refuses what would end badly, and changes nothing', async () => {
    const system = await start();
    const busy = await move(hsm.uri());
    expect(busy).toMatchObject({ code: 3, stderr: expect.stringContaining('[data_folder_in_use]') });
    expect(await seedsRing()).toMatchObject({ roots: { epoch: 1, currentRootPresent: true } });
    await stop(system);

    const filesSlot = pathToFileURL(join(folder, 'slots', await installation(), 'files')).href;
    const own = pathToFileURL(join(folder, 'slots', await installation(), 'seeds')).href;
    for (const [to, code] of [
      [filesSlot, 'slot_damaged'],
      [own, 'arguments_invalid'],
      [pathToFileURL(join(folder, 'data', 'roots')).href, 'slot_in_data_folder'],
      [hsm.uri({ token: 'elsewhere' }), 'token_unreachable'],
      ['elsewhere', 'slot_address_malformed'],
    ] as const) {
      expect((await move(to)).stderr).toContain(`[${code}]`);
    }
    expect(await seedsRing()).toMatchObject({
      adapter: 'file',
      roots: { epoch: 1, currentRootPresent: true },
    });
    await startAndStop();
  }, 180_000);

  async function installation(): Promise<string> {
    const [id = ''] = await readdir(join(folder, 'slots'));
    return id;
  }

  async function rootFiles(): Promise<string[]> {
    const names = await readdir(join(folder, 'slots', await installation(), 'seeds'));
    return names.filter(name => name.startsWith('root.'));
  }
});

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) {
    child.kill('SIGINT');
    await once(child, 'close');
  }
  return child.exitCode;
}
