import type { RootMove } from '@seedlot/ledger';
import { runService } from '@seedlot/service-kit';
import { openInstallation } from './folders.ts';
import { parseRootMoveArguments } from './root/move-arguments.ts';
import { moveRing } from './root/move-ring.ts';

runService({ name: 'root move' }, async life => {
  const { ring, to, json, ...places } = parseRootMoveArguments(process.argv.slice(2), process.env);
  const move = await moveRing(life, await openInstallation(places), ring, to);
  process.stdout.write(json ? `${JSON.stringify(move)}\n` : `${lines(move).join('\n')}\n`);
  return 'done';
});

function lines({ id, ring, from, to, root }: RootMove): string[] {
  return [
    `${id}: the ring ${ring} moved from ${from.adapter} to ${to.adapter}; everything opens under root ${root?.to}, and root ${root?.from} is destroyed`,
    'Before the next start, put this into its configuration:',
    `SEEDLOT_${ring.toUpperCase()}_SLOT='${to.address}'`,
  ];
}
