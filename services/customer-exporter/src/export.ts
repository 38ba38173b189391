import { serviceActor } from '@seedlot/domain';
import { type FileContent, type FileParts, makeFile, type NewFile } from '@seedlot/file-making';
import { beginExport, commitExport, type ExportLot, readExportOrder } from '@seedlot/ledger';
import { assertExpressible, ExportWriter } from '@seedlot/seed-files';
import { exportPlaintext, tokenOf } from './plaintext.ts';

/** Makes the export that a delivery wants: it exists completely, with its key in the files ring, or not at all. */
export async function exportDelivery(parts: FileParts, delivery: string, signal: AbortSignal): Promise<void> {
  const { holder } = parts;
  const file: NewFile = {
    actor: serviceActor('customer-exporter'),
    begin: (effect, epoch) => beginExport(effect, { delivery, epoch, holder }),
    content: () => exportContent(parts, delivery),
  };
  await makeFile(parts, file, signal);
}

async function exportContent(parts: FileParts, delivery: string): Promise<FileContent> {
  const order = await readExportOrder(parts.ledger, delivery);
  assertExpressible(order.format, order.lots.map(tokenForAll));
  const { extension } = new ExportWriter(order.format);
  return {
    recipientKey: order.recipientKey,
    recipientFingerprint: order.recipientFingerprint,
    fileName: `${delivery}.${extension}`,
    plaintext: exportPlaintext(parts, order),
    commit: (effect, stored) => commitExport(effect, { ...stored, order }),
  };
}

/** The token of a lot that asks most of a format: the serials of a lot have one form, its counters differ. */
function tokenForAll(lot: ExportLot) {
  return tokenOf(lot, lot.living[0]?.first ?? lot.shape.firstSerial, lot.highestCounter);
}
