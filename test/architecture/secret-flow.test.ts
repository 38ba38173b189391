import { describe, expect, it } from 'vitest';
import { readCodebase } from './codebase.ts';
import { reachOf } from './reach.ts';
import { secretFaults } from './secret-flow.ts';
import { parseSource } from './syntax.ts';

const codebase = readCodebase();
const { shipped } = reachOf(codebase);
const sources = [...codebase.sources.values()].filter(({ path }) => shipped.has(path));

describe('secrets', () => {
  it('flow into no log, stream or error message', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap(secretFaults)).toEqual([]);
  });
});

describe('the check of secrets sees', () => {
  it.each([
    ['log.info({ seed });', 'seed into log.info'],
    ["log.info({ bytes: seed }, 'made');", 'seed into log.info'],
    [template('this.#log.warn', "pad.toString('hex')"), 'pad into log.warn'],
    ['deps.logger.error(lot.rootKey);', 'rootKey into logger.error'],
    ['console.log([...lotSeeds]);', 'lotSeeds into console.log'],
    ['process.stderr.write(plaintext);', 'plaintext into stderr.write'],
    ['log.child({}).info(seed); log.debug(plaintexts[0]);', 'plaintexts into log.debug'],
    [template('throw new LedgerError', 'secret'), 'secret into new LedgerError'],
    ['function f(bytes: SecretBytes) { log.info(bytes); }', 'bytes into log.info'],
    ['function f(box: Map<string, SecretBytes>) { log.info(box); }', 'box into log.info'],
    ['const mine = new SecretBytes(x); log.info({ mine });', 'mine into log.info'],
    ['class A { #key: KeyObject; f() { log.info(this.#key); } }', 'key into log.info'],
  ])('%s', (text, leak) => {
    expect(secretFaults(parseSource('planted.ts', text))).toContain(`planted.ts:1: ${leak}`);
  });

  it('no fault in lengths, counts, keys of objects and other names', () => {
    const text = `log.info({ seeds: count, pad: 3, length: seed.length }, 'seeds sealed');
      log.info(seedLength, paddedTo, launchpad, file.name);
      throw new RangeError(\`a seed has \${seed.byteLength} bytes\`);`;
    expect(secretFaults(parseSource('planted.ts', text))).toEqual([]);
  });
});

/** A call with one template that takes in `expression`. */
function template(call: string, expression: string): string {
  return [call, '(`bad $', `{${expression}}`, '`);'].join('');
}
