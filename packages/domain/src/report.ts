/** What became of a serial at the factory. */
export const SERIAL_RESULTS = ['burned', 'scrapped'] as const;

export type SerialResult = (typeof SERIAL_RESULTS)[number];
