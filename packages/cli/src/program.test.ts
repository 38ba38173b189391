import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { nouns } from './nouns.ts';
import { createProgram, helpAsOption } from './program.ts';
import { TestTerminal } from './testing/test-terminal.ts';

let program: Command;
let printed = '';

beforeAll(async () => {
  const terminal = new TestTerminal({ args: nouns(() => {}).map(noun => noun.name), folder: '/' });
  const writeOut = (text: string) => {
    printed += text;
  };
  program = await createProgram({ terminal, writeOut, writeErr: () => {}, ended: () => {} });
});

function helpOf(command: Command): string {
  printed = '';
  command.outputHelp();
  return printed;
}

function withAllBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

describe('help', () => {
  it('covers add, list and show of the nouns', () => {
    const names = withAllBelow(program).map(fullName);
    for (const noun of ['order', 'lot', 'product', 'factory', 'customer', 'staff']) {
      expect(names).toContain(`seedlot ${noun} list`);
      expect(names).toContain(`seedlot ${noun} show`);
    }
  });

  it('has an example for each of them that this very command understands', () => {
    for (const command of withAllBelow(program)) {
      const [, text = ''] = helpOf(command).split('Example:\n');
      const [line = ''] = text.split('Exit codes:');
      expect(line).toMatch(new RegExp(`[$|] ${fullName(command)}\\b`));
      const below = withAllBelow(command).flatMap(({ options }) => options.map(({ long }) => long));
      const used = line.match(/(?<= )--[a-z0-9-]+(?= |$)/gm) ?? [];
      const ofGpg = line.includes('gpg') ? ['--import', '--decrypt'] : [];
      expect([...below, ...ofGpg], fullName(command)).toEqual(expect.arrayContaining(used));
    }
  });

  it('fits on 80 columns', () => {
    const wide = withAllBelow(program).flatMap(command =>
      helpOf(command)
        .split('\n')
        .filter(line => line.length > 80),
    );
    expect(wide).toEqual([]);
  });

  it('never offers to take a token from the command line', () => {
    const flags = withAllBelow(program).flatMap(({ options }) => options.map(option => option.flags));
    expect(flags.filter(flag => /token/.test(flag))).toEqual([
      '--token-file <file>',
      ...Array.from({ length: 3 }, () => '--save-token <file>'),
    ]);
  });
});

describe('helpAsOption', () => {
  it('asks for help the way that reaches every level', () => {
    expect(helpAsOption(['help', 'order', 'place'])).toEqual(['order', 'place', '--help']);
    expect(helpAsOption(['help'])).toEqual(['--help']);
    expect(helpAsOption(['order', 'help'])).toEqual(['order', 'help']);
  });
});
