import type { z } from 'zod';
import { CliError } from '../errors.ts';

/** Bytes of the longest JSON answer that is read: what comes from a server has no promised end. */
const LIMIT = 16 * 1024 * 1024;

/** The whole of an attacker-controlled body as JSON in the shape that is expected. Throws `answer_unintelligible`. */
export async function readJson<Shape extends z.ZodType>(
  chunks: AsyncIterable<Uint8Array>,
  shape: Shape,
): Promise<z.output<Shape>> {
  return parseJson(await readText(chunks), shape);
}

export function parseJson<Shape extends z.ZodType>(text: string, shape: Shape): z.output<Shape> {
  const parsed = shape.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unintelligible(`at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`, parsed.error);
}

async function readText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > LIMIT) throw unintelligible(`more than ${LIMIT} bytes`);
    read.push(chunk);
  }
  return Buffer.concat(read).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unintelligible('no JSON', cause);
  }
}

export function unintelligible(what: string, cause?: unknown): CliError {
  return new CliError('answer_unintelligible', `The server's answer is not one of Seedlot's (${what})`, {
    advice: 'Check the address; the server may also be older or newer than this command',
    cause,
  });
}
