/** What the API shows, as far as the demo looks. */

export interface Failure {
  readonly step: string;
  readonly code: string;
}

export interface LotAnswer {
  readonly lot: string;
  readonly state: string;
  readonly firstSerial: string;
  readonly lastSerial: string;
  readonly custody: Readonly<Record<string, number>>;
  readonly seeds: Readonly<Record<string, number>>;
  readonly file: { readonly file: string; readonly signer: string; readonly published: boolean } | null;
  readonly failure: Failure | null;
}

export interface ReportPart {
  readonly report: string;
  readonly state: string;
  readonly faultCount: number;
  readonly faults: readonly {
    readonly line: number | null;
    readonly code: string;
    readonly message: string;
    readonly fix: string;
  }[];
}

export interface ReportAnswer {
  readonly burned: number;
  readonly scrapped: number;
  readonly samples: number;
  readonly hindrance: { readonly code: string } | null;
  readonly parts: readonly ReportPart[];
}

export interface DeliveryAnswer {
  readonly delivery: string;
  readonly state: string;
  readonly quantity: number;
  readonly file: {
    readonly file: string;
    readonly fileName: string;
    readonly version: number;
    readonly quantity: number;
    readonly signer: string;
    readonly published: boolean;
  } | null;
  readonly failure: Failure | null;
}

export interface ShredAnswer {
  readonly shred: string;
  readonly state: string;
  readonly quantity: number;
  readonly filesDropped: readonly string[];
  readonly seedsRoot: { readonly from: number; readonly to: number } | null;
  readonly filesRoot: { readonly from: number; readonly to: number } | null;
}
