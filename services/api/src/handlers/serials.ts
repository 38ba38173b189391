import { showSerial, voidSerials } from '@seedlot/ledger';
import { effect, read } from './handler.ts';

export const serials = {
  showSerial: read('showSerial', (reader, { params }) => showSerial(reader, params.serial)),
  voidSerials: effect('voidSerials', (open, { body }) => voidSerials(open, body.serials, body.reason)),
};
