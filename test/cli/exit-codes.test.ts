import { EXIT } from '@seedlot/cli';
import { EXIT_CODES } from '@seedlot/service-kit';
import { expect, it } from 'vitest';

// `seedlot up` passes on the exit code of a service: a script must not take it for something else.
it('every exit code of a service means the same from the command line', () => {
  expect(EXIT).toMatchObject(EXIT_CODES);
});

it('the command line adds codes that no service has', () => {
  const own = Object.entries(EXIT).filter(([kind]) => !(kind in EXIT_CODES));
  const services: readonly number[] = Object.values(EXIT_CODES);
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter(([, code]) => services.includes(code))).toEqual([]);
});
