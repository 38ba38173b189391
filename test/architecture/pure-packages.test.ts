import { fileURLToPath } from 'node:url';
import { type BuildResult, build } from 'esbuild';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { lacks, programPath } from '../setup/requirements.ts';
import { pure } from './allowed-imports.ts';
import { answers, packages } from './pure-packages.browser.ts';

const ENTRY = fileURLToPath(new URL('pure-packages.browser.ts', import.meta.url));
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const expected: Record<string, string> = {
  base32: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', // RFC 6238, appendix B: the seed of its SHA-1 vectors
  'base32 read': '6 foobar', // RFC 4648, section 10
  'samples of one-time passwords': 'true true', // RFC 4226, appendix D; RFC 6238, appendix B
  'row of an export': '\r\n,AB7,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,30,Example,EX-1',
  serial: 'AB70000–AB79999',
  ranges: '0-3 5-10',
  refusal: 'serial_malformed',
  'secret in a template': 'TypeError',
  'secret in JSON': 'TypeError',
  'wiped secret': '0,0,0,0',
};

describe('the pure packages', () => {
  it('are all in the bundle, and nothing but them and their libraries', async () => {
    const { metafile } = await bundled({ entryPoints: [ENTRY] });
    const inputs = Object.keys(metafile.inputs);
    const folders = new Set(
      inputs.map(path => /(?:packages|services)\/([\w-]+)\/src\//.exec(path)?.[1] ?? ''),
    );
    expect([...folders].filter(name => name !== '').sort()).toEqual([...pure].sort());
    expect(Object.keys(packages).sort()).toEqual([...pure].sort());
  });

  it('answer in Node as the specifications say', () => {
    expect(answered()).toEqual(expected);
  });

  it('cannot be bundled with anything of Node', async () => {
    const stdin = {
      contents: "import { readFileSync } from 'node:fs'; readFileSync('x');",
      loader: 'ts',
    } as const;
    await expect(bundled({ stdin })).rejects.toThrow('node:fs');
  });
});

describe.skipIf(lacks('chromium'))('the pure packages in Chromium', () => {
  it('answer as they do in Node', async () => {
    const { outputFiles } = await bundled({ entryPoints: [ENTRY] });
    const [bundle] = outputFiles;
    const inPage = await evaluate(
      bundle?.text ?? '',
      'Object.fromEntries(Object.entries(pure.answers).map(([name, answer]) => [name, answer()]))',
    );
    expect(inPage).toEqual(expected);
  });

  it('would be told apart from code that needs Node', async () => {
    await expect(evaluate('globalThis.pure = {}', "Buffer.from('x')")).rejects.toThrow(
      'Buffer is not defined',
    );
  });
});

function answered(): Record<string, string> {
  return Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, answer()]));
}

type Source = { entryPoints: string[] } | { stdin: { contents: string; loader: 'ts' } };

function bundled(source: Source): Promise<BuildResult<{ write: false; metafile: true }>> {
  return build({
    ...source,
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: 'pure',
    platform: 'browser',
    logLevel: 'silent',
  });
}

/** The value of an expression in an empty page that has run `script`. */
async function evaluate(script: string, expression: string): Promise<unknown> {
  const browser = await chromium.launch({ executablePath: programPath('chromium') ?? '', args: FLAGS });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    return await page.evaluate(expression);
  } finally {
    await browser.close();
  }
}
