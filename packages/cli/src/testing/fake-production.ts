import type { PartView, ReportView } from '../client/report-views.ts';
import { Refusal, sha256 } from './fake-answers.ts';
import { readPart } from './fake-report-reader.ts';
import { done, type FakeCall, type FakeRoutes } from './fake-routes.ts';
import { type FakeState, find, NOW, numbered } from './fake-state.ts';

interface FakePart extends PartView {
  readonly csv: string;
  readonly serials: readonly string[];
}

/** Production reports of the fake API: a part is judged when somebody looks at it for the second time. */
export class FakeProduction {
  readonly #state: FakeState;
  readonly #looked = new Set<string>();
  #parts: FakePart[] = [];

  constructor(state: FakeState) {
    this.#state = state;
  }

  get routes(): FakeRoutes {
    return {
      effects: {
        'lots/:/reports': call => done(this.#receive(call), 201),
        'lots/:/report/accept': ({ ids: [lot] }) => done(this.#accept(lot)),
        'lots/:/report/refuse': ({ ids: [lot] }) => done(this.#refuse(lot)),
        'lots/:/file/again': ({ ids: [lot] }) => done(this.#fileAgain(lot)),
        'lots/:/lost': ({ ids: [lot] }) => done(this.#lose(lot)),
      },
      looks: {
        'lots/:/report': ({ ids: [lot] }) => this.#reportOf(lot),
        'reports/:': ({ ids: [report] }) => this.#look(report),
      },
    };
  }

  #receive({ ids, text, headers, actor }: FakeCall): unknown {
    const { lot, state } = find(this.#state.lots, 'lot', ids[0]);
    if (actor.kind !== 'factory')
      throw new Refusal('role_refused', `This is for factory; you are ${actor.role}`);
    if (state !== 'received')
      throw new Refusal('transition_refused', `Lot ${lot} is ${state}; it takes no report`);
    const signature = Buffer.from(`${headers['seedlot-signature']}`, 'base64').toString();
    if (!signature.includes(sha256(Buffer.from(text))))
      throw new Refusal('signature_wrong', 'The signature is not one of these bytes by this key');
    const csvSha256 = sha256(Buffer.from(text));
    const same = this.#parts.find(one => one.csvSha256 === csvSha256 && one.state !== 'refused');
    const part = same ?? this.#add(lot, text, csvSha256);
    return { report: part.report, lot, state: part.state };
  }

  #add(lot: string, csv: string, csvSha256: string): FakePart {
    const unknown = { burned: null, scrapped: null, samples: null, judgedAt: null };
    const part: FakePart = {
      report: `report-${numbered(this.#parts.length + 1)}`,
      lot,
      state: 'received',
      size: csv.length,
      csvSha256,
      signer: 'A'.repeat(40),
      receivedAt: NOW,
      ...unknown,
      faultCount: 0,
      faults: [],
      csv,
      serials: [],
    };
    this.#parts.push(part);
    return part;
  }

  #look(report: string | undefined): unknown {
    const part = find(this.#parts, 'report', report);
    if (part.state === 'received' && this.#looked.has(part.report)) this.#judge(part);
    this.#looked.add(part.report);
    return shown(find(this.#parts, 'report', report));
  }

  #judge(part: FakePart): void {
    const lot = find(this.#state.lots, 'lot', part.lot);
    const reported = new Set(this.#livingOf(part.lot).flatMap(({ serials }) => serials));
    const verdict = readPart(part.csv, { ...lot, reported });
    const state = verdict.faultCount === 0 ? 'judged' : 'refused';
    this.#change(part.report, { ...verdict, state, judgedAt: NOW });
  }

  #reportOf(id: string | undefined): ReportView {
    const { lot, state, quantity, firstSerial, lastSerial } = find(this.#state.lots, 'lot', id);
    const parts = this.#livingOf(lot);
    const [burned, scrapped, samples] = [sum(parts, 'burned'), sum(parts, 'scrapped'), sum(parts, 'samples')];
    const reported = new Set(parts.flatMap(({ serials }) => serials));
    const missing = quantity - reported.size;
    const hindrance = hindranceOf({ state, missing, scrapped, quantity });
    const from = `${firstSerial.slice(0, 2)}${String(Number(firstSerial.slice(2)) + reported.size).padStart(11, '0')}`;
    return {
      lot,
      quantity,
      burned,
      scrapped,
      samples,
      scrapLimitPercent: 5,
      missing,
      missingSerials: missing === 0 ? [] : [{ first: from, last: lastSerial }],
      parts: this.#parts.filter(part => part.lot === lot).map(shown),
      hindrance,
    };
  }

  #accept(id: string | undefined): unknown {
    const { lot, burned, scrapped, samples, hindrance } = this.#reportOf(id);
    if (hindrance !== null) throw new Refusal(hindrance.code, hindrance.message);
    this.#state.change(lot, { state: 'produced', custody: { burned, scrapped } });
    for (const { report } of this.#livingOf(lot)) this.#change(report, { state: 'accepted' });
    return { lot, burned, scrapped, samples };
  }

  #refuse(id: string | undefined): unknown {
    const refused = this.#livingOf(find(this.#state.lots, 'lot', id).lot).map(({ report }) => report);
    for (const report of refused) this.#change(report, { state: 'refused', serials: [] });
    return { lot: id, refused };
  }

  #fileAgain(id: string | undefined): unknown {
    const { lot, state } = find(this.#state.lots, 'lot', id);
    if (state !== 'dispatched')
      throw new Refusal('transition_refused', `Lot ${lot} is ${state}; its file is not made again`);
    this.#state.change(lot, { file: null });
    return { lot };
  }

  #lose(id: string | undefined): unknown {
    const { lot, quantity } = this.#state.change(`${id}`, { state: 'lost' });
    return { lot, quantity };
  }

  #livingOf(lot: string): FakePart[] {
    return this.#parts.filter(part => part.lot === lot && part.state !== 'refused');
  }

  #change(report: string, change: Partial<FakePart>): void {
    this.#parts = this.#parts.map(part => (part.report === report ? { ...part, ...change } : part));
  }
}

function shown({ csv, serials, ...part }: FakePart): PartView {
  return part as PartView;
}

function sum(parts: readonly FakePart[], member: 'burned' | 'scrapped' | 'samples'): number {
  return parts.reduce((total, part) => total + (part[member] ?? 0), 0);
}

interface Made {
  readonly state: string;
  readonly missing: number;
  readonly scrapped: number;
  readonly quantity: number;
}

function hindranceOf({ state, missing, scrapped, quantity }: Made): ReportView['hindrance'] {
  if (state !== 'received')
    return { code: 'transition_refused', message: `The lot is ${state}; it cannot become produced` };
  if (missing > 0)
    return { code: 'report_incomplete', message: `${missing} serials are in no part of the report` };
  if (scrapped / quantity <= 0.05) return null;
  return { code: 'scrap_over_limit', message: `${scrapped} of ${quantity} are scrapped; the limit is 5%` };
}
