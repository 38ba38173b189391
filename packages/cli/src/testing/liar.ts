import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

/** A server that answers whatever it likes. */
export async function startLiar(answer: RequestListener): Promise<{ readonly url: URL } & AsyncDisposable> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
