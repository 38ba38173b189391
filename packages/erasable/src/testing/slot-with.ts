import type { RootSlot } from '../root-slot.ts';

/** A slot with some of its methods of another making. */
export function slotWith(slot: RootSlot, methods: Partial<RootSlot>): RootSlot {
  return {
    create: id => slot.create(id),
    open: id => slot.open(id),
    destroy: id => slot.destroy(id),
    list: () => slot.list(),
    highWater: () => slot.highWater(),
    ...methods,
  };
}
