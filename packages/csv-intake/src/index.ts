export type { CsvFaultCode, Fault } from './fault.ts';
export { FAULT_LIMIT, FaultList } from './fault-list.ts';
export { ProductionReportReader, type ReportedLot, type ReportRow } from './production-report.ts';
export { COUNTER_LIMIT, type OtpKind, type Sample } from './sample.ts';
export { SerialListReader } from './serial-list.ts';
export { type ListedSerials, RUN_LIMIT } from './serial-runs.ts';
