import { ObjectStoreError } from './errors.ts';

/**
 * Pulls `source` one chunk at a time. An abort ends the wait at once, since a source may hang for ever; the source is
 * told to return, but not waited for. Throws 'source_failed' or 'put_aborted' for `name`.
 */
export async function* pull(
  source: AsyncIterable<Uint8Array>,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let pulling = false;
  let ended = false;
  try {
    for (;;) {
      if (signal?.aborted) throw aborted(name, signal);
      pulling = true;
      const step = await nextOrAbort(iterator, name, signal);
      pulling = false;
      ended = step.done === true;
      if (step.done) return;
      yield step.value;
    }
  } finally {
    if (!ended) await close(iterator, pulling);
  }
}

function nextOrAbort(
  iterator: AsyncIterator<Uint8Array>,
  name: string,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Uint8Array>> {
  return new Promise((resolve, reject) => {
    const onAbort = () => signal && reject(aborted(name, signal));
    signal?.addEventListener('abort', onAbort, { once: true });
    iterator
      .next()
      .then(resolve, cause => reject(failed(name, cause)))
      .finally(() => signal?.removeEventListener('abort', onAbort));
  });
}

/** A pending `next` may never settle, and a generator queues `return` behind it: then nobody waits. */
async function close(iterator: AsyncIterator<Uint8Array>, pulling: boolean): Promise<void> {
  const closed = Promise.resolve(iterator.return?.()).catch(() => undefined);
  if (!pulling) await closed;
}

function aborted(name: string, signal: AbortSignal): ObjectStoreError {
  return new ObjectStoreError('put_aborted', `putting ${name} was aborted`, { cause: signal.reason });
}

function failed(name: string, cause: unknown): ObjectStoreError {
  return new ObjectStoreError('source_failed', `the source of ${name} failed`, { cause });
}
