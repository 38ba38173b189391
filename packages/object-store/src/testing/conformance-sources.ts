import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { ObjectStoreError, type ObjectStoreErrorCode } from '../errors.ts';
import type { ObjectStore } from '../object-store.ts';

export function coded(code: ObjectStoreErrorCode): (error: unknown) => boolean {
  return error => error instanceof ObjectStoreError && error.code === code;
}

export async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

export function text(characters: string): Uint8Array {
  return new TextEncoder().encode(characters);
}

export async function content(
  store: ObjectStore,
  ...args: Parameters<ObjectStore['read']>
): Promise<Uint8Array> {
  return bytes(Buffer.concat(await collect(store.read(...args))));
}

export async function names(store: ObjectStore, prefix: string): Promise<string[]> {
  return collect(store.list(prefix));
}

export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    error => error,
  );
}

/** Yields 'first ', tells `begun`, and ends with 'last' after `gate`. */
export async function* pausing(
  begun: PromiseWithResolvers<void>,
  gate: Promise<void>,
): AsyncGenerator<Uint8Array> {
  yield text('first ');
  begun.resolve();
  await gate;
  yield text('last');
}

export async function* oneReusedBuffer(): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(4);
  for (const letter of 'abc') {
    yield buffer.fill(letter.charCodeAt(0));
    buffer.fill(0);
  }
}

export async function* failing(cause: Error): AsyncGenerator<Uint8Array> {
  yield text('half of ');
  throw cause;
}

export async function expectNothing(store: ObjectStore): Promise<void> {
  expect(await names(store, '')).toEqual([]);
}

export function abortedBy(reason: string): AbortController {
  const controller = new AbortController();
  controller.abort(new Error(reason));
  return controller;
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export function bytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
