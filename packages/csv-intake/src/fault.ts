/** What is wrong with a file that a person or a factory made. Every code is explained in docs/errors.md. */
export type CsvFaultCode =
  | 'file_empty'
  | 'byte_order_mark'
  | 'encoding_utf16'
  | 'encoding_not_utf8'
  | 'separator_semicolon'
  | 'separator_tab'
  | 'quotes_used'
  | 'line_ending_crlf'
  | 'line_too_long'
  | 'line_empty'
  | 'character_control'
  | 'header_missing'
  | 'header_repeated'
  | 'column_unknown'
  | 'column_doubled'
  | 'column_missing'
  | 'columns_miscounted'
  | 'spaces_around'
  | 'serial_malformed'
  | 'serial_scientific'
  | 'serial_zeros_lost'
  | 'serial_unknown'
  | 'serial_foreign'
  | 'serial_doubled'
  | 'serials_backwards'
  | 'serials_of_two_kinds'
  | 'list_too_long'
  | 'lot_foreign'
  | 'result_unknown'
  | 'otp_malformed'
  | 'time_malformed'
  | 'counter_malformed'
  | 'sample_incomplete'
  | 'sample_of_other_kind'
  | 'sample_of_scrapped';

/** One thing that is wrong. `message` names lengths, columns and well-formed serials, never the characters of an OTP. */
export interface Fault<Code extends string = CsvFaultCode> {
  /** Counted from 1, the header included. */
  readonly line: number;
  readonly code: Code;
  readonly message: string;
  /** What its author can do about it. */
  readonly fix: string;
  /** The serial that it is about, where that is well-formed. */
  readonly serial?: string;
}
