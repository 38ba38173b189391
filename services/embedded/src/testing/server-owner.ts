/**
 * A process that owns a server, to be killed by a test: `node server-owner.ts FOLDER [exit]`. Prints the port, the
 * password and the server's pid as a line of JSON; with `exit` it then ends without stopping the server. `--check` only tells that it can be run.
 */
import pg from 'pg';
import { startPostgres, volatileSettings } from '../postgres.ts';

const [folder = '', last] = process.argv.slice(2);
if (folder === '--check') process.exit(0);
try {
  const { host, port, user, password } = await startPostgres({ folder, settings: volatileSettings });
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  const { rows } = await client.query(
    `select pg_current_xact_id(), split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid`,
  );
  await client.end();
  process.stdout.write(`${JSON.stringify({ port, password, pid: rows[0].pid, uid: process.geteuid?.() })}\n`);
  if (last === 'exit') process.exit(0);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  process.exit(1);
}
