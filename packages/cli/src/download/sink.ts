/** Where the bytes of a download go, in order. It knows what it has taken, so that a download can go on from there. */
export interface Sink {
  /** Bytes taken. */
  readonly size: number;
  write(chunk: Uint8Array): Promise<void>;
  /** Forgets everything taken. Throws where that cannot be done. */
  restart(): Promise<void>;
  /** The SHA-256 of everything taken: 64 lower-case hex digits. */
  digest(): string;
}
