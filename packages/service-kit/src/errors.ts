/** Why a service could not start or stop. Every code is explained in docs/errors.md. */
export type ServiceErrorCode = 'config_invalid' | 'address_unavailable' | 'stop_overdue' | 'stop_failed';

/** A fault of the frame around a service. The message names variables, addresses and parts, never a value. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
