import type { Fault } from '../fault.ts';
import type { FaultList } from '../fault-list.ts';

interface Reader {
  push(chunk: Uint8Array): void;
}

/** Gives the bytes of `content` (a string has one byte a character, so that any bytes can be written) in pieces of `size`. */
export function pushAll(reader: Reader, content: string | Uint8Array, size: number): void {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
}

/** The faults as `line code`. */
export function shortly(faults: FaultList<string> | readonly Fault<string>[]): string[] {
  const all = 'byLine' in faults ? faults.byLine() : faults;
  return all.map(({ line, code }) => `${line} ${code}`);
}
