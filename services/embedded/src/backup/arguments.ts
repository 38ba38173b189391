import { resolve } from 'node:path';
import { parse, readPlaces } from '../arguments.ts';
import { EmbeddedError } from '../errors.ts';
import type { Places } from '../folders.ts';

/** What the commands around backups are told. */
export interface BackupArguments extends Places {
  readonly json: boolean;
  /** The backup's folder; undefined where the command takes none. */
  readonly folder: string | undefined;
}

/** Throws `arguments_invalid`: an unknown option, a folder too many, or none where `needsFolder`. */
export function parseBackupArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  needsFolder: boolean,
): BackupArguments {
  const { values, positionals } = parse({
    args: [...args],
    allowPositionals: true,
    options: { data: { type: 'string' }, 'root-slots': { type: 'string' }, json: { type: 'boolean' } },
  });
  if (positionals.length !== (needsFolder ? 1 : 0)) {
    const wanted = needsFolder ? 'one folder, that of the backup' : 'no folder';
    throw new EmbeddedError('arguments_invalid', `This command takes ${wanted}`);
  }
  const [folder] = positionals;
  return {
    ...readPlaces(values, env),
    json: values.json === true,
    folder: folder === undefined ? undefined : resolve(folder),
  };
}
