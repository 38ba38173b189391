import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends one command to the Redis, and the database, that `url` names. Throws unless the answer is "+OK". */
export async function redisCommand(url: string, command: string): Promise<void> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const socket = connect(Number(port || 6379), hostname);
  const commands = [
    ...(password === ''
      ? []
      : [`AUTH ${decodeURIComponent(username || 'default')} ${decodeURIComponent(password)}`]),
    ...(pathname.length > 1 ? [`SELECT ${pathname.slice(1)}`] : []),
    command,
  ];
  try {
    for (const line of commands) {
      socket.write(`${line}\r\n`);
      const [answer] = await once(socket, 'data');
      if (!String(answer).startsWith('+OK')) throw new Error(`Redis answered ${answer}`);
    }
  } finally {
    socket.destroy();
  }
}
