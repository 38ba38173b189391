import { z } from 'zod';
import { serialPairs } from './report-views.ts';
import { failureView, fileView } from './views.ts';

/** What the API answers about deliveries, serials and shreds; see views.ts. */
const time = z.string();
const name = z.string();
const number = z.int().min(0);

export const deliveryView = z.looseObject({
  delivery: name,
  customer: name,
  state: name,
  format: name,
  quantity: number,
  living: number,
  serials: serialPairs,
  ranges: number,
  products: z.array(name),
  exportsWanted: number,
  file: z.looseObject({ ...fileView.shape, format: name, quantity: number }).nullable(),
  failure: failureView.nullable(),
  createdBy: name,
  createdAt: time,
  exportedAt: time.nullable(),
  deliveredAt: time.nullable(),
  receivedAt: time.nullable(),
  cancelledAt: time.nullable(),
});

export const deliveryMade = z.looseObject({ delivery: name, quantity: number });
export const deliveryNamed = z.looseObject({ delivery: name });
export const deliveryReceipt = z.looseObject({ delivery: name, file: name, verdict: z.string() });

export const serialView = z.looseObject({
  serial: name,
  product: name,
  lot: name,
  custody: name,
  seed: name,
  delivery: name.nullable(),
  customer: name.nullable(),
  result: name.nullable(),
  sampled: z.boolean(),
  files: z.array(z.looseObject({ file: name, kind: name, state: name })),
  life: z.array(
    z.looseObject({ at: time, actor: name, type: name, number: z.int().nullable(), summary: z.string() }),
  ),
});

export const serialsVoid = z.looseObject({ quantity: number });

/** The roots that a ring had before and after; null until it is replaced. */
const rootChange = z.looseObject({ from: z.int(), to: z.int() }).nullable();

export const shredView = z.looseObject({
  shred: name,
  reason: name,
  lot: name.nullable(),
  state: name,
  quantity: number,
  serials: z.array(z.looseObject({ first: z.string(), last: z.string() })),
  filesDropped: z.array(name),
  seedsRoot: rootChange,
  filesRoot: rootChange,
  requestedBy: name.nullable(),
  requestedAt: time,
  intendedAt: time.nullable(),
  mirroredAt: time.nullable(),
  rootsDestroyedAt: time.nullable(),
  completedAt: time.nullable(),
  abandonedAt: time.nullable(),
});

export const shredRequested = z.looseObject({ shred: name, quantity: number });

export type DeliveryView = z.output<typeof deliveryView>;
export type SerialView = z.output<typeof serialView>;
export type ShredView = z.output<typeof shredView>;
