import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const STEP = fileURLToPath(new URL('testing/step-in-memory.ts', import.meta.url));
const CHUNK = 1 << 22;
const LONGEST = 32;

/** How often each secret lies in the memory of a process, by Linux's view of it. */
async function countIn(pid: number, secrets: ReadonlyMap<string, Buffer>): Promise<Record<string, number>> {
  const counts = new Map([...secrets.keys()].map(name => [name, 0]));
  await using memory = await open(`/proc/${pid}/mem`);
  const chunk = Buffer.alloc(CHUNK);
  for (const { start, end } of await writableRegions(pid)) {
    for (let at = start; at < end; at += CHUNK - LONGEST) {
      const { bytesRead } = await memory.read(chunk, 0, Math.min(CHUNK, end - at), at);
      for (const [name, secret] of secrets) {
        if (chunk.subarray(0, bytesRead).includes(secret)) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
  }
  return Object.fromEntries(counts);
}

async function writableRegions(pid: number): Promise<{ start: number; end: number }[]> {
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8');
  return [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)].map(([, start = '', end = '']) => ({
    start: Number.parseInt(start, 16),
    end: Number.parseInt(end, 16),
  }));
}

function invert(hex: string): Buffer {
  return Buffer.from(Buffer.from(hex, 'hex').map(byte => byte ^ 0xff));
}

/** Runs the step and searches its process twice: while it holds its secrets, and after its end. */
async function searchStep(): Promise<Record<'during' | 'after', Record<string, number>>> {
  const child = spawn(process.execPath, ['--expose-gc', STEP], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const told = Object.entries<string>(JSON.parse((await lines.next()).value ?? '{}'));
    const secrets = new Map(told.map(([name, hex]) => [name, invert(hex)]));
    const during = await countIn(child.pid ?? Number.NaN, secrets);
    child.stdin.write('\n');
    await lines.next();
    return { during, after: await countIn(child.pid ?? Number.NaN, secrets) };
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

test.runIf(process.platform === 'linux')(
  'no secret of a step is left in the memory of its process',
  async () => {
    const { during, after } = await searchStep();
    expect(after).toEqual({ node: 0, pad: 0, root: 0, seed: 0, segmentKey: 0 });
    expect(Object.values(during).every(count => count > 0)).toBe(true);
  },
);
