import type { ExportFormat } from '@seedlot/domain';
import type { Lifetime } from '@seedlot/service-kit';
import type { LotAnswer } from './answers.ts';
import { admit, type Cast } from './cast.ts';
import { Client } from './client.ts';
import { deliver, openExport } from './delivery.ts';
import { fetchVendorKey, prepareDisks } from './disks.ts';
import { keepEvidence } from './evidence.ts';
import { openFactoryFile, REMEMBERED } from './factory-file.ts';
import type { Narration } from './narration.ts';
import type { OutFolder } from './out-folder.ts';
import { awaitState } from './patience.ts';
import { PRODUCT } from './product.ts';
import { showProduction } from './production.ts';
import { showReceipts } from './receipts.ts';
import { showRefusals } from './refusals.ts';
import { shredOneSerial, shredWholeLot } from './shreds.ts';
import { startOwnStack } from './stage-set.ts';

export interface DemoSettings {
  readonly quantity: number;
  /** What the customer's login system imports. */
  readonly format: ExportFormat;
  readonly folder: OutFolder;
  readonly narration: Narration;
}

/** The whole life of a lot, from its order to its end, told and checked step by step. */
export async function runDemo(life: Lifetime, settings: DemoSettings): Promise<void> {
  const { quantity, format, folder, narration } = settings;
  narration.step('Start the whole system on this machine: PostgreSQL, queue, workers, API');
  const stack = await startOwnStack(life);
  narration.tell(`The API listens on ${stack.url}`);

  narration.step('Admit ops, a factory and a customer; both partners make their own OpenPGP keys');
  const disks = await prepareDisks(folder.path);
  const cast = await admit(new Client(stack.url, stack.firstAdmin?.token ?? ''), stack.url, disks);

  narration.step(`Ops order ${quantity.toLocaleString('en')} TOTP tokens`);
  const lot = await order(narration, cast, quantity);

  narration.step('The factory downloads its file, opens it and burns the seeds into tokens');
  await fetchVendorKey(cast.factory, disks.factory);
  const burned = await openFactoryFile(narration, cast, disks.factory, lot, quantity);

  narration.step('The factory proves with a receipt that it could decrypt the file');
  await showReceipts(narration, cast.factory, `/lots/${lot.lot}`, burned.receipt);

  narration.step('The factory reports what became of every serial: 1% are scrapped');
  await showProduction(narration, cast, disks.factory, lot, burned);

  narration.step('Ops assign tokens to the customer, whose file is made at once');
  const count = Math.min(quantity, REMEMBERED);
  const delivery = await deliver(narration, cast, lot, { count, format });
  const delivered = await openExport(
    narration,
    cast,
    disks.customer,
    { delivery, version: 1, format },
    burned,
  );

  narration.step('The customer proves with a receipt that it could decrypt its file');
  await showReceipts(narration, cast.customer, `/deliveries/${delivery}`, delivered.receipt);

  narration.step('What must not happen is refused');
  await showRefusals(narration, cast, lot, delivery);

  const scene = { stack, cast, customerDisk: disks.customer, lot, format, delivered, burned };
  if (delivered.serials.length > 1) {
    narration.step('One seed is shredded, and its neighbours live on');
    scene.delivered = await shredOneSerial(narration, scene);
  }

  narration.step('The whole lot is shredded, and a thief tries');
  const shred = await shredWholeLot(narration, scene);

  narration.step('All of it is on record');
  const records = await keepEvidence(stack.objects, folder.path, shred);
  narration.tell(`${records} records are published, with no seed and no name of a person among them`);

  narration.tell('');
  narration.tell(`All ${narration.checks} checks hold.`);
  if (folder.kept) narration.tell(`The files of factory, customer and vendor are in ${folder.path}`);
}

async function order(narration: Narration, { ops }: Cast, quantity: number): Promise<LotAnswer> {
  const started = performance.now();
  const request = { product: PRODUCT.product, quantity, factory: 'acme', customer: 'globex' };
  const { lot } = await ops.post<{ lot: string }>('/orders', request);
  const made = await awaitState<LotAnswer>(ops, `/lots/${lot}`, ({ file }) => file?.published === true);
  const seconds = (performance.now() - started) / 1000;
  narration.tell(
    `${lot}: ${quantity.toLocaleString('en')} seeds generated, sealed and written to a factory file in ${seconds.toFixed(1)} s`,
  );
  narration.check(
    `serials ${made.firstSerial} to ${made.lastSerial} are dispatched, each with a living seed`,
    made.custody.dispatched === quantity && made.seeds.living === quantity,
  );
  narration.check(
    'every record of the lot is published before anyone may download its file',
    made.file?.published === true,
  );
  return made;
}
