import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from './fake-answers.ts';
import type { FakeApi } from './fake-api.ts';
import { DECRYPTED } from './fake-state.ts';
import { CALM, TROUBLED } from './fake-status.ts';
import { REAL_KEY } from './real-key.ts';

/** What a transcript may let happen to the fake API, in its words; what the parentheses hold is given to `act`. */
function happenings(api: FakeApi, folder: string): readonly [RegExp, (...words: string[]) => unknown][] {
  const { faults, state } = api;
  const repeat = (times: string, act: () => unknown) => Array.from({ length: Number(times) }, act);
  return [
    [/^the answer of the next (POST \S+) is lost$/, name => faults.lostAnswers.push(name)],
    [
      /^the server says (\w+) (\d+) times?$/,
      (code, times) => repeat(times, () => faults.refusals.push(code)),
    ],
    [/^the next download breaks after (\d+) bytes$/, bytes => faults.cuts.push(Number(bytes))],
    [/^downloads are damaged$/, () => Object.assign(faults, { damage: true })],
    [/^downloads are right again$/, () => Object.assign(faults, { damage: false })],
    [/^the file on the server is another$/, () => Object.assign(state, { file: Buffer.alloc(200_000, 7) })],
    [/^(lot-\d+) is made$/, lot => state.dispatch(lot)],
    [
      /^a watched lot has (\d+) of its pages, (\w+)$/,
      (pages, name) => faults.steps.push(lot => state.change(lot, { pagesDone: Number(pages), state: name })),
    ],
    [
      /^a watched lot has trouble$/,
      () => {
        const failure = {
          step: 'dispatch',
          code: 'store_full',
          attempts: 2,
          retryAt: '2026-02-03T04:05:06Z',
        };
        faults.steps.push(lot => state.change(lot, { failure }));
      },
    ],
    [/^much goes wrong$/, () => Object.assign(state, { status: TROUBLED })],
    [/^all is well again$/, () => Object.assign(state, { status: CALM })],
    [/^the watching breaks$/, () => faults.steps.push(null)],
    [/^a watched lot is made$/, () => faults.steps.push(lot => state.dispatch(lot))],
    [/^(lot-\d+) is (received|produced)$/, (lot, state) => api.state.change(lot, { state })],
    [
      /^the factory signs (\S+) as (\S+)$/,
      async (name, signature) => {
        const bytes = await readFile(path.join(folder, name));
        await writeFile(path.join(folder, signature), `the fake signature of ${sha256(bytes)}\n`);
      },
    ],
    [/^the next upload breaks after (\d+) bytes$/, bytes => faults.uploadCuts.push(Number(bytes))],
    [/^somebody makes the key (\S+)$/, name => writeFile(path.join(folder, name), REAL_KEY)],
    [/^the decrypted file is (\S+)$/, name => writeFile(path.join(folder, name), DECRYPTED)],
    [/^the server stops$/, () => api[Symbol.asyncDispose]()],
    [
      /^somebody named a product by what a terminal obeys$/,
      () =>
        state.addProduct({
          product: 'evil\x1b[2J\u202e',
          manufacturer: 'two\nlines\x07',
          model: '\x9b31mred',
          oath: { type: 'totp', hash: 'sha1', digits: 6, period: 30 },
          seedLength: 20,
          serial: { prefix: '', width: 11 },
          programmable: false,
        }),
    ],
  ];
}

/** Makes the events of transcripts happen. Throws for one that nobody knows. */
export function happeningsOf(api: FakeApi, folder: string): (event: string) => Promise<void> {
  return async event => {
    for (const [pattern, act] of happenings(api, folder)) {
      const words = pattern.exec(event);
      if (words !== null) return void (await act(...words.slice(1)));
    }
    throw new RangeError(`Nothing is known to happen when "${event}"`);
  };
}
