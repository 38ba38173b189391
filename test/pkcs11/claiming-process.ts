/** A process that claims ids in a slot that others claim in, too: `claiming-process.ts URI FIRST LAST`; prints the ids it won. */
import { ErasableError } from '@seedlot/erasable';
import { Pkcs11RootSlot, parsePkcs11Uri } from '@seedlot/pkcs11-slot';

const [uri = '', first, last] = process.argv.slice(2);
const slot = await Pkcs11RootSlot.at(parsePkcs11Uri(uri), 'seeds', {});
const won: number[] = [];
for (let id = Number(first); id <= Number(last); id++) {
  try {
    await slot.create(id);
    won.push(id);
  } catch (fault) {
    if (!(fault instanceof ErasableError && fault.code === 'root_id_used')) throw fault;
  }
}
process.stdout.write(JSON.stringify(won));
