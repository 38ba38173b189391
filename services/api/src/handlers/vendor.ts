import { listVendorKeys } from '@seedlot/ledger';
import manifest from '../../package.json' with { type: 'json' };
import { openApiDocument } from '../openapi/document.ts';
import { read } from './handler.ts';

export const vendor = {
  whoAmI: read('whoAmI', (_, { caller }) => ({
    name: 'seedlot' as const,
    version: manifest.version,
    actor: { id: caller.actor, kind: caller.kind, role: caller.role },
  })),
  openapi: read('openapi', () => openApiDocument()),
  vendorKeys: read('vendorKeys', async reader => ({ items: await listVendorKeys(reader) })),
};
