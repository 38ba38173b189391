import type { Define } from './commands/noun.ts';

export interface Noun {
  readonly name: string;
  readonly summary: string;
  /** Its heading in the help. */
  readonly group: string;
  /** Loaded only when the command line names it: `seedlot --help` need not wait for what it does not run. */
  readonly load: () => Promise<{ readonly define: Define }>;
}

/** Every first word after `seedlot`. `ended` is told the exit code of a process that a command has run to its end. */
export function nouns(ended: (code: number) => void): readonly Noun[] {
  return [
    ...section('Orders and lots:', [
      ['order', 'Place manufacturing orders, see and cancel them.', () => import('./commands/order.ts')],
      ['lot', 'See a lot grow, fetch its file, report what was made.', () => import('./commands/lot.ts')],
      ['file', 'Unlock a file after wrong receipts.', () => import('./commands/file.ts')],
      ['vendor-key', 'The public keys of who signs the files.', () => import('./commands/vendor-key.ts')],
    ]),
    ...section('Deliveries and serials:', [
      [
        'delivery',
        'Assign serials to customers, hand over their files.',
        () => import('./commands/delivery.ts'),
      ],
      ['serial', 'See the life of a serial, void returned ones.', () => import('./commands/serial.ts')],
      ['shred', 'Destroy seeds for good, see what was destroyed.', () => import('./commands/shred.ts')],
    ]),
    ...section('People and products:', [
      ['product', 'Token models.', () => import('./commands/product.ts')],
      ['factory', 'Who makes tokens.', () => import('./commands/factory.ts')],
      ['customer', 'Who gets tokens.', () => import('./commands/customer.ts')],
      ['staff', 'Who works here, and what they may do.', () => import('./commands/staff.ts')],
    ]),
    ...section('The system:', [
      [
        'status',
        'What is late, what waits for people, who works.',
        () => ending(import('./commands/status.ts'), ended),
      ],
      [
        'up',
        'Run the whole system on this machine, until Ctrl-C.',
        () => ending(import('./commands/up.ts'), ended),
      ],
      [
        'backup',
        'Copy everything but the root keys, while it runs.',
        () => ending(import('./commands/backup.ts'), ended),
      ],
      ['restore', 'Put a backup back.', () => ending(import('./commands/restore.ts'), ended)],
      [
        'recover',
        'After a restore: take in what happened since.',
        () => ending(import('./commands/recover.ts'), ended),
      ],
      [
        'drill',
        'Show that a backup opens what lives, and no more.',
        () => ending(import('./commands/drill.ts'), ended),
      ],
      ['root', 'See and move the root keys of a ring.', () => ending(import('./commands/root.ts'), ended)],
      [
        'demo',
        'Show the way of an order on a system of its own.',
        () => ending(import('./commands/demo.ts'), ended),
      ],
    ]),
  ];
}

type Entry = readonly [name: string, summary: string, load: Noun['load']];

function section(group: string, entries: readonly Entry[]): Noun[] {
  return entries.map(([name, summary, load]) => ({ name, summary, group, load }));
}

type EndingDefine = (...args: [...Parameters<Define>, ended: (code: number) => void]) => void;

/** For a command that runs a process to its end, or that tells by its exit code what it found. */
async function ending(
  loading: Promise<{ readonly define: EndingDefine }>,
  ended: (code: number) => void,
): Promise<{ define: Define }> {
  const { define } = await loading;
  return { define: (command, terminal) => define(command, terminal, ended) };
}
