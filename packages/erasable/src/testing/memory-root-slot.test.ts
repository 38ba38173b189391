import { MemoryRootSlot } from './memory-root-slot.ts';
import { describeRootSlot } from './root-slot-conformance.ts';

describeRootSlot('MemoryRootSlot', async () => {
  const slot = new MemoryRootSlot();
  return { slot, otherProcess: slot, [Symbol.asyncDispose]: async () => undefined };
});
