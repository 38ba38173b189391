/** Every class of copy of a seed or a stored file that a certificate must speak about, in the order it prints them. */
export const COPY_CLASSES = [
  'live_database',
  'wal_and_backups',
  'object_versions',
  'queue',
  'factory',
  'customer',
  'escrow',
  'memory',
] as const;

export type CopyClass = (typeof COPY_CLASSES)[number];

/** What is known of one class of copy. A class may have several entries: one a delivery, one a factory. */
export type CoverageEntry =
  | { readonly copy: CopyClass; readonly finding: 'destroyed'; readonly proof: string }
  | {
      readonly copy: CopyClass;
      readonly finding: 'attested';
      readonly by: string;
      readonly statement: string;
    }
  | { readonly copy: CopyClass; readonly finding: 'out_of_reach'; readonly reason: string }
  | { readonly copy: CopyClass; readonly finding: 'unknown'; readonly reason: string };
