const GROUPED = new Intl.NumberFormat('en-US');
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** 1234567 as `1,234,567`. */
export function count(number: number): string {
  return GROUPED.format(Math.round(number));
}

/** Bytes as people say them, in powers of 1,000: `999 B`, `1.2 MB`. */
export function bytes(number: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, number)) / 3));
  if (power === 0) return `${Math.round(number)} B`;
  return `${(number / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
}

/** Seconds as people say them, in the two greatest units: `3 s`, `2 min 5 s`, `1 h 12 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** A point in time of the API as `2026-02-03 04:05:06Z`; the text itself where it is none. */
export function moment(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return text;
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
