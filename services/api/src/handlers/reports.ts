import { DomainError } from '@seedlot/domain';
import type { Caller } from '@seedlot/ledger';
import {
  acceptReport,
  discardReport,
  type Reader,
  type ReportPartView,
  showLotReport,
  showReport,
} from '@seedlot/ledger';
import { ApiError } from '../errors.ts';
import { askOf } from '../requests/ask.ts';
import { ROUTES } from '../routes/table.ts';
import { storeReport } from '../streams/store-report.ts';
import { effect, type Handler, read } from './handler.ts';
import { lotFor } from './own-lots.ts';

const BASE64 = /^[A-Za-z0-9+/]{1,22000}={0,2}$/;

const sendReport: Handler = async (door, request, reply) => {
  const route = ROUTES.sendReport;
  const { caller, params } = askOf(route, request);
  await lotFor(door.ledger, caller, params.lot);
  const signature = signatureOf(request.headers['seedlot-signature']);
  const place = door.places.take(caller.actor);
  try {
    const csv = request.body as AsyncIterable<Uint8Array>;
    const report = await storeReport(door, {
      caller,
      lot: params.lot,
      signature,
      csv,
      limit: route.bodyLimit,
    });
    const { faults: _, ...part } = await showReport(door.ledger, report);
    reply.code(route.status).header('location', `/v1/reports/${report}`).type('application/json');
    return reply.send(JSON.stringify(route.answer.parse(part)));
  } finally {
    place.leave();
  }
};

/** The attacker-controlled header. What it decodes to is judged before a byte of the file is taken. */
function signatureOf(header: string | string[] | undefined): Buffer {
  if (typeof header === 'string' && BASE64.test(header)) return Buffer.from(header, 'base64');
  throw new ApiError('signature_missing', 'Send the detached signature in base64 as Seedlot-Signature');
}

/** Another factory's report is as if it did not exist. */
async function reportFor(reader: Reader, caller: Caller, report: string) {
  const view = await showReport(reader, report);
  await lotFor(reader, caller, view.lot).catch(cause => {
    throw cause instanceof DomainError ? unknown(view) : cause;
  });
  return view;
}

function unknown({ report }: ReportPartView): DomainError {
  return new DomainError('unknown_report', `There is no report ${report}`);
}

export const reports = {
  sendReport,
  showLotReport: read('showLotReport', async (reader, { caller, params: { lot } }) => {
    await lotFor(reader, caller, lot);
    return showLotReport(reader, lot);
  }),
  showReport: read('showReport', (reader, { caller, params }) => reportFor(reader, caller, params.report)),
  acceptReport: effect('acceptReport', (open, { params: { lot } }) => acceptReport(open, lot)),
  refuseReport: effect('refuseReport', (open, { params: { lot } }) => discardReport(open, lot)),
};
