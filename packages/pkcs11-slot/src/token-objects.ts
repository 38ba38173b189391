import { type Attribute, type Cryptoki, type Handle, resultOf } from './cryptoki.ts';

const AT_ONCE = 100;

/** Handles of all objects that fit a template. */
export function findObjects(cryptoki: Cryptoki, session: Handle, template: readonly Attribute[]): Handle[] {
  cryptoki.C_FindObjectsInit(session, template);
  const found: Handle[] = [];
  for (let more = cryptoki.C_FindObjects(session, AT_ONCE); more.length > 0; ) {
    found.push(...more);
    more = cryptoki.C_FindObjects(session, AT_ONCE);
  }
  cryptoki.C_FindObjectsFinal(session);
  return found;
}

/** The values of these attributes, `null` when the object is gone. */
export function readAttributes(
  cryptoki: Cryptoki,
  session: Handle,
  object: Handle,
  types: readonly number[],
): Buffer[] | null {
  const wanted = types.map(type => ({ type }));
  return unlessGone(() =>
    cryptoki.C_GetAttributeValue(session, object, wanted).map(attribute => attribute.value),
  );
}

/**
 * Asks for an object to be destroyed; returns what the token said against it. SoftHSM fails when another process is
 * faster: only a search tells whether the object is gone.
 */
export function destroyObject(cryptoki: Cryptoki, session: Handle, object: Handle): unknown {
  try {
    unlessGone(() => cryptoki.C_DestroyObject(session, object));
    return null;
  } catch (fault) {
    return fault;
  }
}

function unlessGone<T>(call: () => T): T | null {
  try {
    return call();
  } catch (cause) {
    if (resultOf(cause) === 'CKR_OBJECT_HANDLE_INVALID') return null;
    throw cause;
  }
}
