import { readFileSync } from 'node:fs';
import type { LotShape } from '@seedlot/domain';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { refusal } from './testing/refusal.ts';
import { PadTree } from './tree.ts';
import type { Subtree } from './tree-prg.ts';

interface Vector {
  readonly lot: string;
  readonly quantity: number;
  readonly seedLength: number;
  readonly root: string;
  readonly pads: Readonly<Record<string, string>>;
}

/** Computed with Python's hashlib by vectors/pad_tree.py. */
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../vectors/pad-tree.json', import.meta.url), 'utf8'),
);

const lot = (change: Partial<LotShape> = {}): LotShape => ({
  lot: 'lot-1',
  firstSerial: 0n,
  quantity: 1000,
  seedLength: 20,
  ...change,
});

function root(secrets: Uint8Array): Subtree {
  return { level: 0, index: 0, secrets, offset: 0 };
}

function padsOf(shape: LotShape, secrets: Uint8Array): Buffer {
  const out = Buffer.alloc(shape.quantity * shape.seedLength);
  new PadTree(shape).writePads(root(secrets), out, 0);
  return out;
}

/** The pad of one serial, down the one path that leads to it. */
function padOf(tree: PadTree, secrets: Uint8Array, serial: number): string {
  const { seedLength } = tree.shape;
  let found = '';
  const descend = (node: Subtree): void => {
    const { first, after } = tree.span(node);
    if (serial < first || serial >= after) return;
    if (node.level < tree.depth) tree.visitChildren(node, descend);
    else found = Buffer.from(node.secrets).toString('hex', node.offset, node.offset + seedLength);
  };
  descend(root(secrets));
  return found;
}

describe('the tree of pads', () => {
  test.each(vectors)('of lot $lot with $quantity serials gives the pads of hashlib', vector => {
    const tree = new PadTree(lot(vector));
    const secrets = Buffer.from(vector.root, 'hex');
    const pads = Object.keys(vector.pads).map(serial => [serial, padOf(tree, secrets, Number(serial))]);
    expect(Object.fromEntries(pads)).toEqual(vector.pads);
  });

  it('writes the pads below any node where the pads of the whole lot have them', () => {
    const secrets = Buffer.alloc(32, 7);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 16, max: 64 }),
        (quantity, seedLength) => {
          const shape = lot({ quantity, seedLength });
          const tree = new PadTree(shape);
          const all = padsOf(shape, secrets);
          const check = (node: Subtree): void => {
            const { first, after } = tree.span(node);
            const out = Buffer.alloc((after - first) * seedLength);
            tree.writePads(node, out, first);
            expect(out.equals(all.subarray(first * seedLength, after * seedLength))).toBe(true);
            if (node.level < tree.depth) tree.visitChildren(node, check);
          };
          check(root(secrets));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('gives no pad twice, within a lot or in another lot with the same root', () => {
    const secrets = Buffer.alloc(32, 7);
    const shapes = [lot(), lot({ lot: 'lot-2' }), lot({ quantity: 5000 }), lot({ seedLength: 32 })];
    const pads = shapes.flatMap(shape => {
      const all = padsOf(shape, secrets);
      return Array.from({ length: 1000 }, (_, i) =>
        all.toString('hex', i * shape.seedLength, i * shape.seedLength + 16),
      );
    });
    expect(new Set(pads).size).toBe(4000);
  });

  it('wipes the secrets of children once they were visited, also when the visitor throws', () => {
    const tree = new PadTree(lot());
    const seen = new Set<Uint8Array>();
    const visit = (fault?: Error) => (child: Subtree) => {
      expect(child.secrets.some(byte => byte !== 0)).toBe(true);
      seen.add(child.secrets);
      if (fault !== undefined) throw fault;
    };
    tree.visitChildren(root(Buffer.alloc(32, 7)), visit());
    expect(() => tree.visitChildren(root(Buffer.alloc(32, 7)), visit(new Error('stop')))).toThrow('stop');
    expect([...seen].map(secrets => secrets.every(byte => byte === 0))).toEqual([true, true]);
  });

  it('refuses to expand less than a node', () => {
    const short = { ...root(new Uint8Array(63)), offset: 32 };
    expect(() => new PadTree(lot()).visitChildren(short, () => {})).toThrow(refusal('buffer_invalid'));
  });
});

test.each<Partial<LotShape>>([
  { quantity: 0 },
  { quantity: -1 },
  { quantity: 1.5 },
  { quantity: 16_777_217 },
  { quantity: Number.NaN },
  { seedLength: 15 },
  { seedLength: 65 },
  { firstSerial: -1n },
  { firstSerial: 10n ** 18n - 999n },
  { lot: '' },
  { lot: 'ü'.repeat(33) },
])('no tree for a lot with %o', change => {
  expect(() => new PadTree(lot(change))).toThrow(refusal('shape_invalid'));
});
