import type { ExportFormat, LotShape } from '@seedlot/domain';
import type { Stack } from '../stack.ts';
import type { LotAnswer, ShredAnswer } from './answers.ts';
import type { Cast } from './cast.ts';
import { refusalCode } from './client.ts';
import { type Delivered, openExport } from './delivery.ts';
import type { Disk } from './disks.ts';
import type { Burned } from './factory-file.ts';
import type { Narration } from './narration.ts';
import { awaitState } from './patience.ts';
import { SEED_LENGTH } from './product.ts';
import { copyEverything, tryToOpen } from './thief.ts';

export interface ShredScene {
  readonly stack: Stack;
  readonly cast: Cast;
  readonly customerDisk: Disk;
  readonly lot: LotAnswer;
  readonly format: ExportFormat;
  readonly delivered: Delivered;
  readonly burned: Burned;
}

/** One seed is shredded among its living neighbours; the customer gets a new file without it. */
export async function shredOneSerial(narration: Narration, scene: ShredScene): Promise<Delivered> {
  const { cast, customerDisk, format, delivered, burned } = scene;
  const [serial = ''] = delivered.serials;
  const done = await shred(cast, { serials: [{ first: serial, last: serial }] });
  narration.tell(told(done));
  const shown = await cast.ops.get<{ seed: string; life: readonly unknown[] }>(`/serials/${serial}`);
  narration.check(
    `the seed of ${serial} is shredded; ${shown.life.length} entries tell the serial's whole life`,
    shown.seed === 'shredded' && shown.life.length > 0,
  );
  narration.check('the stored file that held it went with it', done.filesDropped.includes(delivered.file));
  const { delivery } = delivered;
  const again = cast.ops.post(`/deliveries/${delivery}/exports`, { format });
  await again;
  const remade = await openExport(narration, cast, customerDisk, { delivery, version: 2, format }, burned);
  narration.check(
    'another export holds all its neighbours, and not the shredded one',
    remade.serials.length === delivered.serials.length - 1 && !remade.serials.includes(serial),
  );
  return remade;
}

/** The whole lot is shredded: a copy of everything, made while it lived, opens nothing afterwards. Resolves to the shred's id. */
export async function shredWholeLot(narration: Narration, scene: ShredScene): Promise<string> {
  const { stack, cast, lot, delivered, burned } = scene;
  const loot = await copyEverything(stack, shapeOf(lot), delivered.file);
  const before = await tryToOpen(stack, loot);
  const known = new Set(burned.hashes.values());
  narration.check(
    `a thief with a copy of database and store and today's root keys opens ${before.seeds.size} seeds of the first page`,
    before.seeds.size > 0 && [...before.seeds].every(hash => known.has(hash)),
  );
  narration.check('and the stored export', before.fileBytes > 0);

  const done = await shred(cast, { lot: lot.lot });
  narration.tell(told(done));
  const after = await tryToOpen(stack, loot);
  narration.check(
    'the same copy, with every root key that is left, opens no seed and no file any more',
    after.seeds.size === 0 && after.fileBytes === 0,
  );
  const { seeds, state } = await awaitState<LotAnswer>(
    cast.ops,
    `/lots/${lot.lot}`,
    answer => answer.state === 'closed',
  );
  narration.check(
    `every seed of ${lot.lot} is shredded, and the lot is ${state}`,
    Object.keys(seeds).join() === 'shredded',
  );
  const path = `/deliveries/${delivered.delivery}`;
  const fetched = cast.customer.get(`${path}/file`);
  narration.check('its export can no longer be downloaded', (await refusalCode(fetched)) === 'file_absent');
  const again = cast.ops.post(`${path}/exports`, {});
  narration.check('nor made again', (await refusalCode(again)) === 'seeds_shredded');
  return done.shred;
}

async function shred({ ops }: Cast, what: object): Promise<ShredAnswer> {
  const { shred: id } = await ops.post<{ shred: string }>('/shreds', what);
  return awaitState<ShredAnswer>(ops, `/shreds/${id}`, ({ state }) => state === 'completed');
}

/** `shred-000002: 1 seed; roots of the seeds ring 1 → 2, of the files ring 3 → 4; dropped file-000002` */
function told({ shred: id, quantity, seedsRoot, filesRoot, filesDropped }: ShredAnswer): string {
  const root = (change: ShredAnswer['seedsRoot']) => `${change?.from} → ${change?.to}`;
  return (
    `${id}: ${quantity.toLocaleString('en')} seed${quantity === 1 ? '' : 's'}; ` +
    `root of the seeds ring ${root(seedsRoot)}, of the files ring ${root(filesRoot)}; dropped ${filesDropped.join(', ')}`
  );
}

function shapeOf({ lot, firstSerial, lastSerial }: LotAnswer): LotShape {
  const first = BigInt(firstSerial);
  const quantity = Number(BigInt(lastSerial) - first) + 1;
  return { lot, firstSerial: first, quantity, seedLength: SEED_LENGTH };
}
