/** One of the two outputs of a command. */
export interface Screen {
  /** Its width where a person looks at it; null for a file or a pipe. May change while a command runs. */
  readonly columns: number | null;
  /** Its height, likewise. */
  readonly rows: number | null;
  /** Whether it shows colours and the person wants them (NO_COLOR, TERM). */
  readonly colours: boolean;
  /** Resolves once more may be written. Throws `file_unwritable`, with the cause EPIPE when nobody reads any more. */
  write(data: string | Uint8Array): Promise<void>;
}

/** Everything that a command knows of where it runs. Made once, by the entry point; tests make their own. */
export interface Terminal {
  /** The words after `seedlot`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start: absolute. */
  readonly folder: string;
  readonly home: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Whether a person sits before it, who can be asked and can answer. */
  readonly attended: boolean;
  /** Data, and nothing else. */
  readonly stdout: Screen;
  /** Talk: progress, warnings, errors. */
  readonly stderr: Screen;
  /** Aborted when the person or the system asks to stop; its reason is the signal's name. */
  readonly interrupted: AbortSignal;
  /** Milliseconds of a clock that never runs backwards. */
  now(): number;
  /** Resolves after `milliseconds`; rejects at once when interrupted. */
  pause(milliseconds: number): Promise<void>;
}
