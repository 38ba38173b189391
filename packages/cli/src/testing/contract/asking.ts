import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { readJson } from '../../client/body.ts';
import { problemOf } from '../../client/problem.ts';
import type { CliError } from '../../errors.ts';

/** An API to hold to the contract, with a lot whose file may be downloaded and has no receipt yet. */
export interface ContractSubject {
  readonly url: string;
  readonly tokens: { readonly admin: string; readonly ops: string; readonly factory: string };
  readonly lot: string;
  /** SHA-256 of the decrypted factory file of the lot, hex. */
  readonly decryptedSha256: string;
}

/** How the clauses of the contract ask. */
export interface Asking {
  /** Known once the tests run. */
  readonly subject: () => ContractSubject;
  /** Below /v1; as ops where no token is named. */
  readonly send: (path: string, init?: RequestInit, token?: string) => Promise<Response>;
}

export function askingOf(subject: () => ContractSubject): Asking {
  return {
    subject,
    send: (path, init = {}, token = subject().tokens.ops) => {
      const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
      return fetch(`${subject().url}/v1${path}`, { ...init, headers: { ...authorization, ...init.headers } });
    },
  };
}

export function post(body: unknown, key: string = randomUUID()): RequestInit {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}

export async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body !== null) yield* response.body;
}

/** The answer in the shape that the commands expect. */
export function read<Shape extends z.ZodType>(response: Response, shape: Shape): Promise<z.output<Shape>> {
  return readJson(bodyOf(response), shape);
}

/** The refusal that the commands would make of the answer. */
export function refusalOf(response: Response): Promise<CliError> {
  return problemOf(response.status, response.headers, bodyOf(response));
}
