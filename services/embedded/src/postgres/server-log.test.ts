import { expect, test } from 'vitest';
import { telling } from './server-log.ts';

test.each([
  ['the last line with a fault', 'a\nFATAL:  first\nPANIC:  second \nLOG:  shut down\n', 'PANIC:  second'],
  ['of initdb', 'initdb: error: no user\ninitdb: removing data\n', 'initdb: error: no user'],
  [
    'no answer to a client',
    'FATAL:  no room\nFATAL:  the database system is starting up\n',
    'FATAL:  no room',
  ],
  ['the last line, when none has a fault', 'one\ntwo\n\n', 'two'],
  ['something, when there is nothing', '\n', 'no reason was given'],
])('the reason is %s', (_, output, reason) => {
  expect(telling(output)).toBe(reason);
});
