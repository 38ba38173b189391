import type { CsvFaultCode } from './fault.ts';

const SAVE_PLAIN = 'Save the file as plain CSV in UTF-8, without a byte order mark';
const SERIAL_AS_TEXT =
  'Keep the column as text: a spreadsheet turns serials into numbers; write them as they are printed';

/** What to do about each fault, for the people who make the file. */
export const FIXES: Readonly<Record<CsvFaultCode, string>> = {
  file_empty: 'Send the header and at least one line',
  byte_order_mark: SAVE_PLAIN,
  encoding_utf16: SAVE_PLAIN,
  encoding_not_utf8: SAVE_PLAIN,
  separator_semicolon: 'Separate the fields with commas',
  separator_tab: 'Separate the fields with commas',
  quotes_used: 'Write the fields without quotes; no field needs any',
  line_ending_crlf: 'End each line with LF alone, as Unix does',
  line_too_long: 'Write one row a line',
  line_empty: 'Remove the line',
  character_control: 'Remove the character; if there are many, the file is damaged or no text',
  header_missing: 'Begin the file with the names of the columns',
  header_repeated: 'Remove the line: the header stands only at the beginning',
  column_unknown: 'Use only the columns that are named, in lower case',
  column_doubled: 'Name each column once',
  column_missing: 'Add the column',
  columns_miscounted: 'Give each row as many fields as the header has',
  spaces_around: 'Remove the spaces around the fields',
  serial_malformed: 'Write the serial as it is printed on the token',
  serial_scientific: SERIAL_AS_TEXT,
  serial_zeros_lost: SERIAL_AS_TEXT,
  serial_unknown: 'Compare with the serial that is printed on the token',
  serial_foreign: 'Report only serials of this lot; each lot has a report of its own',
  serial_doubled: 'Remove the line, or correct its serial',
  serials_backwards: 'Write the lower serial first',
  serials_of_two_kinds: 'Write a line for each kind of serial',
  list_too_long: 'Write runs of serials as first,last, or divide the list',
  lot_foreign: 'Report only one lot in a file, and send it to that lot',
  result_unknown: 'Write burned or scrapped, in lower case',
  otp_malformed: 'Write all digits of the code, with its zeros at the front, or leave the sample out',
  time_malformed: 'Write Unix seconds, or a time such as 2026-01-31T12:00:00Z with its offset',
  counter_malformed: 'Write the counter of the first code as a whole number up to 4294967293',
  sample_incomplete: 'Give the sample in all of its columns, or leave all of them empty',
  sample_of_other_kind: 'Leave the columns empty that this kind of token does not have',
  sample_of_scrapped: 'Leave the sample of a scrapped token empty',
};
