/** Why the queue failed. Every code is explained in docs/errors.md. */
export type QueueErrorCode =
  | 'queue_url_malformed'
  | 'queue_unreachable'
  | 'queue_schema_refused'
  | 'queue_evicts_jobs'
  | 'job_data_invalid'
  | 'handler_failed'
  | 'worker_faulted';

/** A fault of the doorbell. None of them can lose work: state, not the queue, says what is due. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
  readonly code: QueueErrorCode;

  constructor(code: QueueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
