import { createLogger, runService } from '@seedlot/service-kit';
import { writeAddress } from './address.ts';
import { parseServerArguments, SERVER_USAGE } from './arguments.ts';
import { openFolders } from './folders.ts';
import { type Stack, startStack } from './stack.ts';

const args = process.argv.slice(2);

if (args.includes('--help')) {
  process.stdout.write(`${SERVER_USAGE}\n`);
} else {
  runService({ name: 'seedlot' }, async life => {
    const { port, redis, ...places } = parseServerArguments(args, process.env);
    const folders = await openFolders(places);
    const log = createLogger({ service: 'embedded', level: 'warn', destination: process.stderr });
    const stack = await startStack(life, { folders, log, port, redis });
    await writeAddress(life, folders.data, stack.url);
    process.stdout.write(greeting(stack, redis !== undefined));
  });
}

function greeting({ url, firstAdmin }: Stack, onRedis: boolean): string {
  const lines = [`Seedlot listens on ${url}`];
  if (firstAdmin !== null) {
    lines.push(
      `First admin: ${firstAdmin.staff}, token (until somebody has used it, a start prints a new one): ${firstAdmin.token}`,
    );
  }
  if (onRedis) lines.push('The queue is on Redis.');
  lines.push('All services run in this one process, for one machine. Ctrl-C stops them.');
  return `${lines.join('\n')}\n`;
}
