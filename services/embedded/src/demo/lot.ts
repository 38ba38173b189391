import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.ts';

/** A lot as the API shows it, as far as the demo looks. */
export interface LotAnswer {
  readonly lot: string;
  readonly state: string;
  readonly firstSerial: string;
  readonly lastSerial: string;
  readonly custody: Readonly<Record<string, number>>;
  readonly seeds: Readonly<Record<string, number>>;
  readonly file: { readonly file: string; readonly signer: string; readonly published: boolean } | null;
  readonly failure: { readonly step: string; readonly code: string } | null;
}

const POLL_MS = 100;
const PATIENCE_MS = 600_000;

/** Asks for the lot until it is as wanted; a lot that does not get there ends the demo. */
export async function awaitLot(
  client: Client,
  lot: string,
  wanted: (answer: LotAnswer) => boolean,
): Promise<LotAnswer> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const answer = await client.get<LotAnswer>(`/lots/${lot}`);
    if (wanted(answer)) return answer;
    await pause(POLL_MS);
  }
  const { state, failure } = await client.get<LotAnswer>(`/lots/${lot}`);
  throw new Error(
    `${lot} is still ${state}${failure === null ? '' : `; ${failure.step} fails with ${failure.code}`}`,
  );
}
