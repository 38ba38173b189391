import { orderRequestSchema, productSchema } from '@seedlot/domain';
import { z } from 'zod';
import * as answer from './answers.ts';
import * as question from './questions.ts';
import { lotReportSchema, partSchema, reportSchema } from './report-answers.ts';
import type { Party, Route } from './route.ts';
import { statusSchema } from './status-answer.ts';

const STAFF = ['ops', 'approver', 'compliance', 'admin'] as const satisfies readonly Party[];
const ANYONE = [...STAFF, 'factory', 'customer'] as const satisfies readonly Party[];

const KEEPERS = ['ops', 'admin'] as const satisfies readonly Party[];
const DELIVERY_READERS = [...STAFF, 'customer'] as const satisfies readonly Party[];
const LOT_READERS = [...STAFF, 'factory'] as const satisfies readonly Party[];

/**
 * Every route there is. Who may pass, what a request is checked against, what an answer may hold, the OpenAPI document
 * and the answers to everything else (404, 405) follow from this table alone.
 */
export const ROUTES = {
  whoAmI: {
    ...get('/v1', 'The service, and who asks'),
    who: ANYONE,
    answer: answer.callerSchema,
  },
  openapi: {
    ...get('/v1/openapi.json', 'This description'),
    who: ANYONE,
    answer: z.looseObject({ openapi: z.literal('3.1.0') }),
  },
  vendorKeys: {
    ...get('/v1/vendor-keys', "The vendor's public signing keys, the newest first: that one signs"),
    who: ANYONE,
    answer: answer.vendorKeysSchema,
  },
  showStatus: {
    ...get(
      '/v1/status',
      'Where the whole system stands: what is due and late, what waits for people, who works',
    ),
    who: STAFF,
    answer: statusSchema,
  },

  addStaff: {
    ...post('/v1/staff', 'Add a member of staff'),
    who: ['admin'],
    body: question.staffRequestSchema,
    status: 201,
    answer: answer.staffAddedSchema,
    creates: 'staff',
  },
  listStaff: {
    ...list('/v1/staff', 'List the staff'),
    who: ['admin', 'compliance'],
    answer: answer.pageOf(answer.staffSchema),
  },
  showStaff: {
    ...get('/v1/staff/:staff', 'Show a member of staff'),
    who: ['admin', 'compliance'],
    answer: answer.staffSchema,
  },

  addProduct: {
    ...post('/v1/products', 'Add a product'),
    who: KEEPERS,
    body: productSchema,
    status: 201,
    answer: z.object({ product: z.string() }),
    creates: 'product',
  },
  listProducts: {
    ...list('/v1/products', 'List the products'),
    who: STAFF,
    answer: answer.pageOf(answer.productViewSchema),
  },
  showProduct: {
    ...get('/v1/products/:product', 'Show a product'),
    who: STAFF,
    answer: answer.productViewSchema,
  },

  addFactory: {
    ...post('/v1/factories', 'Add a factory; its key must be able to encrypt and to sign'),
    who: KEEPERS,
    body: question.factoryRequestSchema,
    bodyLimit: question.KEY_BODY_LIMIT,
    status: 201,
    answer: answer.factoryAddedSchema,
    creates: 'factory',
  },
  listFactories: {
    ...list('/v1/factories', 'List the factories'),
    who: STAFF,
    answer: answer.pageOf(answer.factorySchema),
  },
  showFactory: {
    ...get('/v1/factories/:factory', 'Show a factory'),
    who: STAFF,
    answer: answer.factorySchema,
  },

  replaceFactoryKey: {
    ...post('/v1/factories/:factory/key', 'Pin another key; it must be able to encrypt and to sign'),
    who: KEEPERS,
    body: question.keyRequestSchema,
    bodyLimit: question.KEY_BODY_LIMIT,
    status: 200,
    answer: answer.factoryKeySchema,
  },

  changeFactory: {
    ...post('/v1/factories/:factory/terms', 'Change how long files may be fetched again after a receipt'),
    who: KEEPERS,
    body: question.factoryTermsSchema,
    status: 200,
    answer: answer.factoryTermsChangedSchema,
  },

  addCustomer: {
    ...post('/v1/customers', 'Add a customer; its key must be able to encrypt'),
    who: KEEPERS,
    body: question.customerRequestSchema,
    bodyLimit: question.KEY_BODY_LIMIT,
    status: 201,
    answer: answer.customerAddedSchema,
    creates: 'customer',
  },
  listCustomers: {
    ...list('/v1/customers', 'List the customers'),
    who: STAFF,
    answer: answer.pageOf(answer.customerSchema),
  },
  showCustomer: {
    ...get('/v1/customers/:customer', 'Show a customer'),
    who: STAFF,
    answer: answer.customerSchema,
  },

  replaceCustomerKey: {
    ...post('/v1/customers/:customer/key', 'Pin another key; it must be able to encrypt'),
    who: KEEPERS,
    body: question.keyRequestSchema,
    bodyLimit: question.KEY_BODY_LIMIT,
    status: 200,
    answer: answer.customerKeySchema,
  },

  placeOrder: {
    ...post('/v1/orders', 'Place an order: it reserves the serials of one lot'),
    who: ['ops'],
    body: orderRequestSchema,
    status: 201,
    answer: answer.orderMadeSchema,
    creates: 'order',
  },
  listOrders: {
    ...list('/v1/orders', 'List the orders, the newest first'),
    who: STAFF,
    answer: answer.pageOf(answer.orderViewSchema),
  },
  showOrder: {
    ...get('/v1/orders/:order', 'Show an order'),
    who: STAFF,
    answer: answer.orderViewSchema,
  },
  cancelOrder: {
    ...post('/v1/orders/:order/cancel', 'Cancel an order whose file nobody has downloaded; shreds its lot'),
    who: ['ops'],
    body: question.nothingSchema,
    status: 200,
    answer: answer.orderMadeSchema,
  },

  listLots: {
    ...list('/v1/lots', 'List the lots, the newest first; a factory sees its own'),
    who: LOT_READERS,
    answer: answer.pageOf(answer.lotSchema),
  },
  showLot: {
    ...get('/v1/lots/:lot', 'Show a lot'),
    who: LOT_READERS,
    answer: answer.lotSchema,
  },
  watchLot: {
    kind: 'stream',
    method: 'GET',
    path: '/v1/lots/:lot/events',
    summary:
      'Follow a lot: an event `lot` whenever it changes, until its file may be downloaded or it has ended',
    who: LOT_READERS,
    media: 'text/event-stream',
    headers: { 'Last-Event-ID': 'The last event that was received: it is not sent again' },
    event: answer.lotSchema,
  },
  downloadFile: {
    kind: 'stream',
    method: 'GET',
    path: '/v1/lots/:lot/file',
    summary: "Download the lot's factory file; a GET consumes nothing and may be repeated and resumed",
    who: ['factory'],
    media: 'application/octet-stream',
    headers: {
      Range: 'One range of bytes, to resume: `bytes=1048576-`',
      'If-Range': 'The ETag of the first part: another version is sent whole',
    },
  },
  recordReceipt: {
    ...post('/v1/lots/:lot/receipt', "Prove that the lot's file could be decrypted; five wrong ones lock it"),
    who: ['factory'],
    body: question.receiptRequestSchema,
    status: 200,
    answer: answer.receiptSchema,
  },
  remakeFactoryFile: {
    ...post('/v1/lots/:lot/file/again', 'Make the factory file again, in place of the one without a receipt'),
    who: ['ops'],
    body: question.nothingSchema,
    status: 200,
    answer: z.object({ lot: z.string() }),
  },
  loseLot: {
    ...post('/v1/lots/:lot/lost', 'Give up a lot whose tokens were lost before any was reported'),
    who: ['ops'],
    body: question.lossRequestSchema,
    status: 200,
    answer: answer.lotLostSchema,
  },
  sendReport: {
    kind: 'upload',
    method: 'POST',
    path: '/v1/lots/:lot/reports',
    summary: "Send a part of the lot's production report; the same bytes again are the same part",
    who: ['factory'],
    media: 'text/csv',
    bodyLimit: question.REPORT_LIMIT,
    headers: {
      'Seedlot-Signature': 'The detached OpenPGP signature of the file, binary or armored, in base64',
    },
    status: 201,
    answer: partSchema,
  },
  showLotReport: {
    ...get(
      '/v1/lots/:lot/report',
      "Show the lot's production report: its parts, counts, and what is missing",
    ),
    who: LOT_READERS,
    answer: lotReportSchema,
  },
  showReport: {
    ...get('/v1/reports/:report', 'Show a part of a production report, with its faults'),
    who: LOT_READERS,
    answer: reportSchema,
  },
  acceptReport: {
    ...post(
      '/v1/lots/:lot/report/accept',
      "Accept the lot's complete report: its serials are burned or scrapped",
    ),
    who: ['ops'],
    body: question.nothingSchema,
    status: 200,
    answer: lotReportSchema,
  },
  refuseReport: {
    ...post(
      '/v1/lots/:lot/report/refuse',
      "Throw the judged parts of the lot's report away: the factory sends anew",
    ),
    who: ['ops'],
    body: question.nothingSchema,
    status: 200,
    answer: lotReportSchema,
  },
  unlockFile: {
    ...post('/v1/files/:file/unlock', 'Let receipts for a locked file in again'),
    who: ['admin', 'approver'],
    body: question.nothingSchema,
    status: 200,
    answer: z.object({ file: z.string() }),
  },

  createDelivery: {
    ...post('/v1/deliveries', 'Assign serials to a customer, all of them or none; an export follows'),
    who: ['ops'],
    body: question.deliveryRequestSchema,
    csv: question.deliveryListQuerySchema,
    bodyLimit: question.SERIALS_BODY_LIMIT,
    status: 201,
    answer: answer.deliveryMadeSchema,
    creates: 'delivery',
  },
  listDeliveries: {
    ...list('/v1/deliveries', 'List the deliveries, the newest first; a customer sees its own'),
    who: DELIVERY_READERS,
    answer: answer.pageOf(answer.deliverySchema),
  },
  showDelivery: {
    ...get('/v1/deliveries/:delivery', 'Show a delivery'),
    who: DELIVERY_READERS,
    answer: answer.deliverySchema,
  },
  requestExport: {
    ...post(
      '/v1/deliveries/:delivery/exports',
      'Ask for another export, in place of the last: a lost file, a new key, another format',
    ),
    who: ['ops'],
    body: question.exportRequestSchema,
    status: 201,
    answer: answer.exportRequestedSchema,
  },
  cancelDelivery: {
    ...post('/v1/deliveries/:delivery/cancel', 'Cancel a delivery that nobody has downloaded'),
    who: ['ops'],
    body: question.nothingSchema,
    status: 200,
    answer: z.object({ delivery: z.string() }),
  },
  requestShred: {
    ...post('/v1/shreds', 'Ask for a lot or for serials to be shredded; the shredder carries it out'),
    who: ['ops', 'approver'],
    body: question.shredRequestSchema,
    bodyLimit: question.SHRED_BODY_LIMIT,
    status: 201,
    answer: answer.shredRequestedSchema,
    creates: 'shred',
  },
  listShreds: {
    ...list('/v1/shreds', 'List the shreds, the newest first'),
    who: STAFF,
    answer: answer.pageOf(answer.shredSchema),
  },
  showShred: {
    ...get('/v1/shreds/:shred', 'Show a shred: how far it has come, its roots, its files'),
    who: STAFF,
    answer: answer.shredSchema,
  },

  downloadExport: {
    kind: 'stream',
    method: 'GET',
    path: '/v1/deliveries/:delivery/file',
    summary: 'Download the current export; a GET consumes nothing and may be repeated and resumed',
    who: ['customer'],
    media: 'application/octet-stream',
    headers: {
      Range: 'One range of bytes, to resume: `bytes=1048576-`',
      'If-Range': 'The ETag of the first part: another version is sent whole',
    },
  },
  recordExportReceipt: {
    ...post(
      '/v1/deliveries/:delivery/receipt',
      'Prove that the current export could be decrypted; five wrong ones lock it',
    ),
    who: ['customer'],
    body: question.receiptRequestSchema,
    status: 200,
    answer: answer.exportReceiptSchema,
  },

  voidSerials: {
    ...post('/v1/serials/void', 'Void the serials of returned tokens, all of them or none'),
    who: ['ops'],
    body: question.voidRequestSchema,
    bodyLimit: question.SERIALS_BODY_LIMIT,
    status: 200,
    answer: z.object({ quantity: z.int() }),
  },
  showSerial: {
    ...get('/v1/serials/:serial', 'Show a serial, with its whole life'),
    who: STAFF,
    answer: answer.serialViewSchema,
  },

  healthz: {
    kind: 'probe',
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the process lives',
    answer: answer.aliveSchema,
  },
  readyz: {
    kind: 'probe',
    method: 'GET',
    path: '/readyz',
    summary: 'Whether its stores answer, so that it may be given work',
    answer: answer.readinessSchema,
  },
} as const satisfies Record<string, Route>;

export type Routes = typeof ROUTES;
export type RouteId = keyof Routes;

function get<const Path extends `/${string}`>(path: Path, summary: string) {
  return { kind: 'read', method: 'GET', path, summary } as const;
}

function list<const Path extends `/${string}`>(path: Path, summary: string) {
  return { ...get(path, summary), query: question.pageQuerySchema };
}

function post<const Path extends `/${string}`>(path: Path, summary: string) {
  return { kind: 'effect', method: 'POST', path, summary } as const;
}
