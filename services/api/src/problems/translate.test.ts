import { DatabaseError } from '@seedlot/database';
import { DomainError } from '@seedlot/domain';
import { ErasableError } from '@seedlot/erasable';
import { LedgerError } from '@seedlot/ledger';
import { ObjectStoreError } from '@seedlot/object-store';
import { OpenPgpError } from '@seedlot/openpgp';
import { describe, expect, test } from 'vitest';
import { ApiError, type ProblemCode } from '../errors.ts';
import { problemSchema } from './problem.ts';
import { STATUSES } from './statuses.ts';
import { answerProblem, type ProblemAnswer } from './translate.ts';

const REQUEST = '0b0e2a3c-6a1d-4b8e-9c58-6e5c2b8c7d11';
const SECRET = 'what nobody may read';

function answer(error: unknown): ProblemAnswer {
  const answered = answerProblem(error, REQUEST);
  expect(problemSchema.strict().parse(answered.body)).toEqual(answered.body);
  expect(answered.body).toMatchObject({
    type: `https://seedlot.example/problems/${answered.body.code}`,
    status: answered.status,
    requestId: REQUEST,
  });
  return answered;
}

/** What pg and the network throw: an Error with a code. */
function coded(code: string, message = SECRET): Error {
  return Object.assign(new Error(message), { code });
}

test.each([
  [new DomainError('unknown_lot', 'There is no lot lot-000001'), 404],
  [new LedgerError('file_locked', 'file-000001 is locked'), 423],
  [new OpenPgpError('pgp_key_expired', 'It expired'), 422],
  [new ApiError('role_refused', 'This is for admin'), 403],
])('a refusal is told as it is: %s', (error, status) => {
  expect(answer(error)).toMatchObject({ status, body: { code: error.code, detail: error.message } });
});

test('a refusal brings its headers and members', () => {
  const error = new ApiError('invalid_input', 'No', {
    headers: { allow: 'GET' },
    members: { issues: [{ path: '/a', message: 'b' }] },
  });
  expect(answer(error)).toMatchObject({
    headers: { allow: 'GET' },
    body: { issues: [{ path: '/a', message: 'b' }] },
  });
});

test.each(['records_unpublished', 'streams_exhausted', 'temporarily_unavailable', 'not_ready'] as const)(
  '%s says when to come again',
  code => {
    expect(answer(new ApiError(code, 'Wait')).headers['retry-after']).toMatch(/^\d+$/);
  },
);

describe('what is no refusal is told without its words', () => {
  test.each([
    ['a defect', new TypeError(SECRET)],
    ['something that is no error', SECRET],
    ['nothing', undefined],
    ['a code of ours that no request may cause', new LedgerError('pages_missing', SECRET)],
    ['a damaged file', new ErasableError('sealed_file_damaged', SECRET)],
    ['an error of SQL', coded('42P01')],
    ['an error with a code of ours by chance', coded('unknown_lot')],
  ])('%s', (_, error) => {
    const { status, body } = answer(error);
    expect([status, body.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });
});

describe('a store that does not answer is told to come again', () => {
  test.each([
    ['no server', new DatabaseError('database_unreachable', SECRET)],
    ['no free connection', new DatabaseError('database_busy', SECRET)],
    ['no object store', new ObjectStoreError('store_unreachable', SECRET)],
    ['no root slot', new ErasableError('slot_unreachable', SECRET)],
    ['a server that shuts down', coded('57P01')],
    ['a statement that took too long', coded('57014')],
    ['a full server', coded('53300')],
    ['a broken connection', coded('ECONNRESET')],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['a stop', new DOMException(SECRET, 'AbortError')],
  ])('%s', (_, error) => {
    const { status, headers, body } = answer(error);
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'temporarily_unavailable', '2']);
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });
});

test('a code of a store that is not about reaching it is a defect', () => {
  expect(answer(new DatabaseError('value_refused', SECRET)).status).toBe(500);
  expect(answer(new ObjectStoreError('store_tampered', SECRET)).status).toBe(500);
});

test('every code has a status of an error', () => {
  for (const code of Object.keys(STATUSES) as ProblemCode[]) {
    expect([code, STATUSES[code] >= 400 && STATUSES[code] < 600]).toEqual([code, true]);
  }
});
