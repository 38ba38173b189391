import { InvalidArgumentError } from 'commander';

/** The value of an option that counts something: digits alone. The rules for it are the server's. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('It must be a whole number.');
}

/** The same, or `none`. */
export function wholeNumberOrNone(text: string): number | null {
  return text === 'none' ? null : wholeNumber(text);
}

export function atLeastOne(text: string): number {
  const number = wholeNumber(text);
  if (number > 0) return number;
  throw new InvalidArgumentError('It must be at least 1.');
}

/** A share of a hundred, decimals allowed. */
export function percent(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number <= 100) return number;
  throw new InvalidArgumentError('It must be a number from 0 to 100.');
}
