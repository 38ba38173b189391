import { createInterface } from 'node:readline';
import { createPostgresBackend, createRedisBackend, createWorker } from '@seedlot/queue';

// A process to be killed or paused in the middle of a job: arguments are lockMs, technology, url and schema or prefix.
const [, , lockMs, technology, url = '', space = ''] = process.argv;
const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
const report = () => {};

const backend =
  technology === 'postgres'
    ? await createPostgresBackend({ url, schema: space, report })
    : await createRedisBackend({ url, prefix: space, report });

await createWorker(
  backend,
  'dispatch',
  async ({ lot }) => {
    process.stdout.write(`took ${lot}\n`);
    await lines.next();
    process.stdout.write(`finished ${lot}\n`);
  },
  { lockMs: Number(lockMs) },
);
