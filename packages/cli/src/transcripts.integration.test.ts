import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeApi } from './testing/fake-api.ts';
import { happeningsOf } from './testing/fake-happenings.ts';
import { play } from './testing/play.ts';

const TRANSCRIPTS = [
  'nouns',
  'orders',
  'downloads',
  'receipts',
  'mistakes',
  'tokens',
  'faults',
  'hostile',
  'narrow',
  'reports',
  'deliveries',
  'shreds',
  'keys',
  'status',
];

describe('the command line, as people see it', () => {
  let api: FakeApi;
  let folder: string;

  beforeEach(async () => {
    api = await FakeApi.start();
    folder = await mkdtemp(path.join(tmpdir(), 'seedlot cli '));
    for (const role of ['ops', 'admin']) {
      const token = api.state.admit({ id: role, kind: 'staff', role });
      await writeFile(path.join(folder, `${role}.token`), `${token}\n`, { mode: 0o600 });
    }
  });

  afterEach(async () => {
    await api[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it.each(TRANSCRIPTS)('%s', async name => {
    const text = await readFile(new URL(`./transcripts/${name}.txt`, import.meta.url), 'utf8');
    const env = { SEEDLOT_SERVER: api.url, SEEDLOT_TOKEN_FILE: 'ops.token' };
    let steps = 0;
    for await (const { expected, came } of play(text, { folder, env, happen: happeningsOf(api, folder) })) {
      expect(came).toBe(expected);
      steps += 1;
    }
    expect(steps).toBeGreaterThan(0);
  });
});
