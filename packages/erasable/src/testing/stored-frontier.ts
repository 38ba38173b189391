import { generateKeySync, type KeyObject } from 'node:crypto';
import type { LotShape } from '@seedlot/domain';
import { Frontier } from '../frontier.ts';
import type { TreeGeometry } from '../tree.ts';
import type { IndexRange } from '../tree-ranges.ts';

export const drawKey = (): KeyObject => generateKeySync('aes', { length: 256 });

/** What a database and a keyring keep of one frontier; every step opens it afresh, as a process of its own would. */
export class StoredFrontier {
  readonly shape: LotShape;
  readonly geometry: TreeGeometry | undefined;
  version = 0;
  key = drawKey();
  top: Uint8Array;
  blobs = new Map<number, Uint8Array>();

  constructor(shape: LotShape, geometry?: TreeGeometry) {
    using frontier = Frontier.create(shape, geometry);
    this.shape = shape;
    this.geometry = geometry;
    this.top = frontier.sealTop(this.key);
  }

  /** A backup of everything, the frontier key included. */
  copy(): StoredFrontier {
    const copy: StoredFrontier = Object.create(StoredFrontier.prototype);
    return Object.assign(copy, this, { blobs: new Map(this.blobs) });
  }

  open(): Frontier {
    return Frontier.open(this.shape, this.version, this.top, this.key, this.geometry);
  }

  /** Opened, punctured, and stored under a new frontier key. Gives the segments whose blobs changed. */
  async puncture(...serials: IndexRange[]): Promise<number[]> {
    using frontier = this.open();
    const changed = await frontier.puncture(serials, segment => this.load(segment));
    for (const [segment, blob] of changed) {
      if (blob === null) this.blobs.delete(segment);
      else this.blobs.set(segment, blob);
    }
    if (frontier.version !== this.version) this.key = drawKey();
    this.version = frontier.version;
    this.top = frontier.sealTop(this.key);
    return [...changed.keys()];
  }

  load(segment: number): Promise<Uint8Array> {
    const blob = this.blobs.get(segment);
    return blob === undefined ? Promise.reject(new Error(`no blob ${segment}`)) : Promise.resolve(blob);
  }
}
