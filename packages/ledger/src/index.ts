export {
  type AttemptSubject,
  closeAttempt,
  closeOverdueAttempts,
  type FileAttempt,
  insertAttempt,
  leftovers,
  markDeleted,
  openAttempt,
  renewAttempt,
} from './attempts.ts';
export { createDelivery, type DeliveryRequest, requestExport } from './deliveries.ts';
export { cancelDelivery } from './delivery-cancellation.ts';
export { type DeliveryView, type ExportView, listDeliveries, showDelivery } from './delivery-views.ts';
export { beginDownload, currentExport, currentFile, type FileOf, type StoredFile } from './downloads.ts';
export type { AboutSerials, Doorbell, Effect, Knock, Reader } from './effect.ts';
export { LedgerError, type LedgerErrorCode } from './errors.ts';
export {
  type CountedSerials,
  type ExportLot,
  type ExportOrder,
  readCounters,
  readExportOrder,
} from './export-order.ts';
export {
  assertFrontiers,
  beginExport,
  commitExport,
  deliveriesToExport,
  type MadeExport,
} from './exports.ts';
export { remakeFactoryFile } from './factory-file-again.ts';
export { commitFactoryFile, lotsToDispatch, type MadeFile } from './factory-files.ts';
export { setFileDays } from './factory-terms.ts';
export { forgetFailures, isBackingOff, recordFailure, type Step } from './failures.ts';
export { shredFiles, type UnneededFiles } from './file-shreds.ts';
export {
  type KeyedFrontier,
  readFrontierIndex,
  readLivingSerials,
  readStoredFrontier,
} from './frontiers.ts';
export {
  beginGeneration,
  claimRun,
  type LotKeys,
  lotsToGenerate,
  type PageRun,
  RUN_PAGES,
  releaseRun,
  sealLot,
  storeRun,
} from './generation.ts';
export { type Holding, holdLease } from './held-lease.ts';
export { abandonHeld, assertNotHeld, holdsOn, lockHolds, withoutHeld } from './hold-guard.ts';
export { type HoldView, type LateSerials, listHolds, showHold } from './hold-views.ts';
export {
  confirmHold,
  HOLD_LAPSES_AFTER_HOURS,
  type HoldRequest,
  type HoldTarget,
  type SetHold,
  setHold,
} from './holds.ts';
export {
  claimRequest,
  forgetOldAnswers,
  type KeptAnswer,
  keepAnswer,
  type RequestKey,
} from './idempotency.ts';
export { lockRing, PostgresKeyringStore, readKeyring } from './keyring-store.ts';
export {
  assertLease,
  grantLease,
  LEASE_SECONDS,
  type Lease,
  type LeaseRequest,
  releaseLease,
  renewLease,
} from './leases.ts';
export { Ledger, type LedgerParts } from './ledger.ts';
export {
  type FileView,
  type LotView,
  listLots,
  listOrders,
  type OrderView,
  showLot,
  showOrder,
} from './lot-views.ts';
export { assertDue, type LockedLot, lockLot, lockLots } from './lots.ts';
export {
  type FactoryView,
  listCustomers,
  listFactories,
  listProducts,
  listStaff,
  listVendorKeys,
  type PartnerView,
  type ProductView,
  type StaffView,
  showCustomer,
  showFactory,
  showProduct,
  showStaff,
} from './noun-views.ts';
export { hasLivingSeeds } from './openable-lots.ts';
export { cancelOrder, placeOrder } from './orders.ts';
export type { PageOf, PageRequest } from './page-of.ts';
export { addCustomer, addFactory, type PinnedKey, replaceKey } from './partners.ts';
export type { PrintedRun } from './printed-runs.ts';
export { addProduct } from './products.ts';
export { markPublished, type NumberedRecord, numberRecords, unpublishedRecords } from './publication.ts';
export {
  type ReceiptVerdict,
  recordExportReceipt,
  recordReceipt,
  unlockFile,
  WRONG_RECEIPTS_LIMIT,
} from './receipts.ts';
export { RECORD_TYPES, type RecordFields, type RecordType } from './record-types.ts';
export { forgetKeylessLots, frontiersToRecover, replaceFrontier } from './recover-frontiers.ts';
export { livingLots, loseUnsealedLots, lotsWithKeys } from './recover-lots.ts';
export { UsedNumbers } from './recover-numbers.ts';
export { adoptRecord, lastNumber, type PublishedRecord, recordLine } from './recover-records.ts';
export { dropKeylessFiles, replaceRing } from './recover-ring.ts';
export { shredPadless } from './recover-shreds.ts';
export { acceptReport, discardReport } from './report-acceptance.ts';
export {
  type HeldSerials,
  heldSerials,
  judgeReport,
  knownSerials,
  lockReport,
  type ReportedRun,
  type ReportFault,
  type ReportToJudge,
  type ReportVerdict,
  readReportToJudge,
  refuseReport,
  reportsToJudge,
} from './report-judging.ts';
export {
  beginReport,
  commitReport,
  type FactoryKey,
  readFactoryKeys,
  type UploadedReport,
} from './report-upload.ts';
export {
  type Hindrance,
  type LotReportView,
  type ReportPartView,
  showLotReport,
  showReport,
} from './report-views.ts';
export { type Extended, extendRetention } from './retention-extension.ts';
export {
  assertRootsMoved,
  beginRootMove,
  completeRootMove,
  latestRootMove,
  type NamedSlot,
  noteMovedRoot,
  type RootMove,
} from './root-moves.ts';
export {
  type DispatchOrder,
  readDispatchOrder,
  readPage,
  readSealedLot,
  readSegment,
  type SealedLot,
} from './sealed-lot.ts';
export { loseLot, voidSerials } from './serial-ends.ts';
export type { ObstacleReason, SerialObstacle } from './serial-obstacles.ts';
export { type Move, moveSerials, type Serials } from './serial-states.ts';
export { type LifeEvent, type SerialFile, type SerialView, showSerial } from './serial-views.ts';
export { ownerlessKeys, undroppedKeys } from './shred-checks.ts';
export { completeShred } from './shred-completion.ts';
export { dropFiles } from './shred-files.ts';
export { abandonImpossible, intendShreds } from './shred-intents.ts';
export { requestShred, type ShredRequest } from './shred-requests.ts';
export {
  beginShredding,
  countLiving,
  dropLotKeys,
  type PuncturedFrontier,
  storePuncture,
} from './shred-seeds.ts';
export { type LotSerials, serialsToShred } from './shred-serials.ts';
export { listShreds, type ShredView, showShred } from './shred-views.ts';
export { keepWatch } from './shredder-watch.ts';
export {
  hasErasedKeys,
  hasErasedSeeds,
  hasOlderLeases,
  isShredDue,
  noteMirrored,
  noteRootsDestroyed,
  noteRotation,
  openShreds,
  type RootChange,
  type Shred,
} from './shreds.ts';
export { lockVendorKey, readVendorKey, storeVendorKey, type VendorKey } from './signing-key.ts';
export { atOneMoment } from './snapshot.ts';
export { listSerialSpaces } from './spaces.ts';
export { addFirstAdmin, addStaff } from './staff.ts';
export { type Status, showStatus } from './status.ts';
export type { StateCount, StatusCounts } from './status-counts.ts';
export type { DueStep, Listing, OpenShred } from './status-due.ts';
export type { AwaitedReport, FileOut } from './status-people.ts';
export type { CapAhead, ShredderState, TermlessLot } from './status-retention.ts';
export type { NotaryState, WorkerView } from './status-workers.ts';
export type { StoredMessage } from './stored-message.ts';
export { type Caller, callerOf, issueToken } from './tokens.ts';
export { beat, enterWorker, leaveWorker, type Worker } from './workers.ts';
