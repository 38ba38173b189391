import { createLogger, runService } from '@seedlot/service-kit';
import { writeAddress } from './address.ts';
import { parseServerArguments, SERVER_USAGE } from './arguments.ts';
import { openFolders } from './folders.ts';
import { startStack } from './stack.ts';

const args = process.argv.slice(2);

if (args.includes('--help')) {
  process.stdout.write(`${SERVER_USAGE}\n`);
} else {
  runService({ name: 'seedlot' }, async life => {
    const { port, ...places } = parseServerArguments(args, process.env);
    const folders = await openFolders(places);
    const log = createLogger({ service: 'embedded', level: 'warn', destination: process.stderr });
    const stack = await startStack(life, { folders, log, port });
    await writeAddress(life, folders.data, stack.url);
    process.stdout.write(`Seedlot listens on ${stack.url}\n`);
    if (stack.firstAdmin !== null) {
      process.stdout.write(
        `First admin: ${stack.firstAdmin.staff}, token (shown once): ${stack.firstAdmin.token}\n`,
      );
    }
    process.stdout.write('All services run in this one process, for one machine. Ctrl-C stops them.\n');
  });
}
