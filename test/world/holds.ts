import { type HoldTarget, type SetHold, setHold } from '@seedlot/ledger';
import type { Workers } from './workers.ts';
import type { World } from './world.ts';

/** Sets a hold of a year with the rights of the API. */
export function hold(world: World, { api }: Pick<Workers, 'api'>, on: HoldTarget): Promise<SetHold> {
  const until = new Date(Date.now() + 365 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  return api.commit(world.ops, effect => setHold(effect, { on, reason: 'case 12/34', until }));
}

/** As if this hold had been set so many hours earlier. */
export async function age({ database }: World, id: string, hours: number): Promise<void> {
  await database.pool.query(
    `update holds set set_at = set_at - make_interval(hours => $2), lapses_at = lapses_at - make_interval(hours => $2)
     where id = $1`,
    [id, hours],
  );
}

/** The hold is over, as if two persons had lifted it. */
export async function endHold({ database }: World, id: string): Promise<void> {
  await database.pool.query('update holds set lifted_at = now() where id = $1', [id]);
}
