/**
 * Zeroed memory for `length` bytes of a secret, outside V8's heap. A typed array of 64 bytes or less that brings no
 * ArrayBuffer of its own (`new Uint8Array(32)`, and `Buffer.allocUnsafeSlow(32)` too) lives on the heap, where every
 * collection moves it and leaves a copy that nobody can wipe.
 */
export function secretMemory(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(length));
}
