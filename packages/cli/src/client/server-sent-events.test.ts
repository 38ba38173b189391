import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError } from '../errors.ts';
import { eventsOf, type ServerSentEvent } from './server-sent-events.ts';

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut);
    from = Math.max(from, cut);
  }
  yield bytes.subarray(from);
}

async function read(text: string, cuts: readonly number[] = []): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of eventsOf(inPieces(new TextEncoder().encode(text), cuts))) events.push(event);
  return events;
}

describe('eventsOf', () => {
  // The examples of the WHATWG HTML standard, section 9.2.6.
  it('reads data of several lines', async () => {
    expect(await read('data: YHOO\ndata: +2\ndata: 10\n\n')).toEqual([
      { event: 'message', data: 'YHOO\n+2\n10', id: '' },
    ]);
  });

  it('reads ids, comments and fields without a value', async () => {
    const stream =
      ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n';
    expect(await read(stream)).toEqual([
      { event: 'message', data: 'first event', id: '1' },
      { event: 'message', data: 'second event', id: '' },
      { event: 'message', data: ' third event', id: '' },
    ]);
  });

  it('drops an event that the end of the stream cut off', async () => {
    expect(await read('data\n\ndata\ndata\n\ndata:')).toEqual([
      { event: 'message', data: '', id: '' },
      { event: 'message', data: '\n', id: '' },
    ]);
  });

  it('says nothing on heartbeats and on events without data', async () => {
    expect(await read(':\n\n: beat\n\nevent: lot\n\n')).toEqual([]);
  });

  it('reads the same however the bytes are cut, with every kind of line end', async () => {
    const line = fc.constantFrom('data: é株', 'event: lot', 'id: 7', ': beat', 'data', '');
    const end = fc.constantFrom('\n', '\r\n', '\r');
    const stream = fc.array(fc.tuple(line, end)).map(lines => `${lines.flat().join('')}data: end\n\n`);
    await fc.assert(
      fc.asyncProperty(stream, fc.array(fc.nat(200)), async (text, cuts) => {
        expect(await read(text, cuts)).toEqual(await read(text));
      }),
    );
  });

  it.each([
    ['a line without end', 'data: '.padEnd(2_000_000, 'x')],
    ['an event without end', `data: ${'x'.repeat(1000)}\n`.repeat(2000)],
  ])('gives up on %s', async (_what, text) => {
    const fault = await read(text, [500_000, 1_000_000, 1_500_000]).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(CliError);
    expect(fault).toMatchObject({ code: 'answer_unintelligible' });
  });
});
