import { runService } from '@seedlot/service-kit';
import { DEMO_USAGE, parseDemoArguments } from './arguments.ts';
import { Narration } from './demo/narration.ts';
import { openOutFolder } from './demo/out-folder.ts';
import { runDemo } from './demo/run.ts';

const args = process.argv.slice(2).filter(arg => arg !== '--');

if (args.includes('--help')) {
  process.stdout.write(`${DEMO_USAGE}\n`);
} else {
  runService({ name: 'demo' }, async life => {
    const { quantity, format, out } = parseDemoArguments(args);
    const folder = await openOutFolder(out);
    life.onEnd('output folder', () => folder.close());
    const narration = new Narration(line => process.stdout.write(`${line}\n`));
    await runDemo(life, { quantity, format, folder, narration });
    return 'done';
  });
}
