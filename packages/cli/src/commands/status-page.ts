import type { StatusView } from '../client/status-view.ts';
import { count, moment } from '../output/figures.ts';
import { plain } from '../output/plain.ts';
import { styled } from '../output/style.ts';
import { table } from '../output/table.ts';
import { padEnd, widthOf } from '../output/width.ts';
import type { Screen } from '../terminal.ts';
import { capRows, dueRows, lateRows, peopleRows, type StatusRow, unlisted } from './status-rows.ts';

/** Rows of each list; `--json` has more. */
const ROWS = 12;

const TITLE = 11;

/** The whole status on a page: what is late first, figures last. */
export function statusPage(screen: Screen, status: StatusView): string[] {
  const late = lateRows(status);
  const lists = [
    ...(late.length > 0
      ? section(screen, 'Late', late, 'red')
      : [styled(screen, 'green', 'Nothing is late.'), '']),
    ...section(screen, 'Waits for', peopleRows(status)),
    ...section(screen, 'Due', dueRows(status)),
    ...section(screen, 'Cap of', capRows(status), undefined, 'In'),
  ];
  const more = unlisted(status);
  return [
    ...lists,
    ...(more > 0 ? [`${count(more)} more are not listed here.`, ''] : []),
    ...figures(status).flatMap(([title, parts]) => fact(screen, title, parts)),
  ];
}

function section(
  screen: Screen,
  title: string,
  rows: readonly StatusRow[],
  style?: 'red',
  since = 'For',
): string[] {
  if (rows.length === 0) return [];
  const fields = [
    { title, of: (row: StatusRow) => row.who },
    { title: since, of: (row: StatusRow) => row.age, right: true },
    { title: 'What', of: (row: StatusRow) => row.what },
  ];
  const [heading = '', ...lines] = table(screen, fields, rows.slice(0, ROWS));
  const more = rows.length > ROWS ? [`and ${count(rows.length - ROWS)} more`] : [];
  return [style === undefined ? heading : styled(screen, style, heading), ...lines, ...more, ''];
}

/** Facts in parts, between which a line may break. */
function figures(status: StatusView): [title: string, parts: string[]][] {
  return [
    ['Lots', states(status.lots)],
    ['Deliveries', states(status.deliveries)],
    ['Custody', serials(status.custody)],
    ['Seeds', serials(status.seeds)],
    ['Queue', queueParts(status.queue)],
    ['Workers', workerParts(status.workers)],
    ['Notary', notaryParts(status.notary)],
    ['As of', [moment(status.at)]],
  ];
}

/** A line, or several one below the other, none wider than the screen where its parts allow that. */
function fact(screen: Screen, title: string, parts: readonly string[]): string[] {
  const room = (screen.columns ?? Number.POSITIVE_INFINITY) - TITLE - 1;
  const lines = [''];
  for (const [at, part] of parts.entries()) {
    const text = plain(part) + (at < parts.length - 1 ? ',' : '');
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = text;
    else if (widthOf(last) + 1 + widthOf(text) <= room) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(text);
  }
  return lines.map((line, at) => {
    const head = padEnd(at === 0 ? title : '', TITLE);
    return `${at === 0 ? styled(screen, 'bold', head) : head} ${line}`;
  });
}

function states(counts: StatusView['lots']): string[] {
  if (counts.length === 0) return ['none'];
  return counts.map(
    ({ state, count: number, serials: held }) => `${count(number)} ${state} (${count(held)})`,
  );
}

function serials(counts: Readonly<Record<string, number>>): string[] {
  const parts = Object.entries(counts).map(([state, number]) => `${count(number)} ${state}`);
  return parts.length === 0 ? ['none'] : parts;
}

function queueParts({ kind, jobs }: StatusView['queue']): string[] {
  if (jobs === null) return [`${kind} does not answer`];
  const states = ['waiting', 'active', 'delayed'] as const;
  const busy = Object.entries(jobs).flatMap(([job, counts]) => {
    const parts = states.filter(state => counts[state] > 0).map(state => `${count(counts[state])} ${state}`);
    return parts.length === 0 ? [] : [`${job} ${parts.join(' ')}`];
  });
  return [kind, ...(busy.length === 0 ? ['no jobs'] : busy)];
}

function workerParts(workers: StatusView['workers']): string[] {
  const services = new Map<string, number>();
  for (const { service, late } of workers) {
    if (!late) services.set(service, (services.get(service) ?? 0) + 1);
  }
  if (services.size === 0) return ['none'];
  return [...services].map(([service, number]) => (number === 1 ? service : `${count(number)} ${service}`));
}

function notaryParts({ lastNumbered, lastPublished, waiting }: StatusView['notary']): string[] {
  if (lastNumbered === null) return ['no record numbered yet', `${count(waiting)} wait`];
  const published = lastPublished === null ? 'none' : count(lastPublished);
  return [`last record ${count(lastNumbered)}`, `published ${published}`, `${count(waiting)} wait`];
}
