import type { PartView } from '../client/report-views.ts';
import type { Invocation } from '../invocation.ts';
import { count } from '../output/figures.ts';
import { faultColumns } from './report-facts.ts';

/** Prints what the tracker found: the counts of each part, or every fault that it keeps. */
export async function printVerdicts(call: Invocation, parts: readonly PartView[]): Promise<void> {
  if (call.json) return call.printJson(parts);
  for (const part of parts)
    await (part.state === 'refused' ? printFaults(call, part) : printCounts(call, part));
}

function printCounts(
  call: Invocation,
  { report, lot, state, burned, scrapped, samples }: PartView,
): Promise<void> {
  const counts = `${count(burned ?? 0)} burned, ${count(scrapped ?? 0)} scrapped`;
  return call.printText(`${report} of ${lot} is ${state}: ${counts}, ${count(samples ?? 0)} samples checked`);
}

async function printFaults(call: Invocation, { report, lot, faultCount, faults }: PartView): Promise<void> {
  if (faultCount === 0) return call.printText(`${report} of ${lot} was thrown away without a fault`);
  const listed = faults.length < faultCount ? `; these are the first ${count(faults.length)}` : '';
  await call.printText(`${report} of ${lot} is refused: ${count(faultCount)} faults${listed}`);
  await call.printItems(faults, faultColumns, 'None of them is kept');
}
