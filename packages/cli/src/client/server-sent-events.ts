import { unintelligible } from './body.ts';

/** Characters of the longest line and of the longest event: what comes from a server has no promised end. */
const LIMIT = 1024 * 1024;

export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  /** The last id that the stream named, to go on from; empty before the first. */
  readonly id: string;
}

/** The events of an attacker-controlled stream, as the WHATWG HTML standard section 9.2.6 reads them. */
export async function* eventsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let event = '';
  let data: string[] = [];
  let size = 0;
  let id = '';
  for await (const line of linesOf(chunks)) {
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id };
      event = '';
      data = [];
      size = 0;
      continue;
    }
    const { field, value } = fieldOf(line);
    if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
    else if (field === 'data') {
      size += value.length;
      if (size > LIMIT) throw unintelligible('an event without end');
      data.push(value);
    }
  }
}

/** Lines that end in LF, CR LF or CR; what no line end follows is dropped, as the standard says. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder(); // drops the byte order mark
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the end may be half of a CR LF: it waits for what comes after it.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > LIMIT) throw unintelligible('a line without end');
    yield* lines;
  }
}

/** A comment has an empty field name, which no event knows. */
function fieldOf(line: string): { field: string; value: string } {
  const colon = line.indexOf(':');
  if (colon < 0) return { field: line, value: '' };
  const value = line.slice(colon + 1);
  return { field: line.slice(0, colon), value: value.startsWith(' ') ? value.slice(1) : value };
}
