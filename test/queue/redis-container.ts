import { setTimeout as pause } from 'node:timers/promises';
import { freePort, type RedisMemory, type RestartableRedis, redisSettings } from '@seedlot/queue/testing';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';
import { redisCommand } from './redis-command.ts';

const IMAGE = 'redis:7.2.5-alpine';

/** A Redis in Docker. Its port on the host is fixed: a free one would be another after each start. */
export class RedisContainer implements RestartableRedis {
  readonly url: string;
  readonly #container: StartedTestContainer;

  private constructor(container: StartedTestContainer) {
    this.#container = container;
    this.url = `redis://${container.getHost()}:${container.getMappedPort(6379)}`;
  }

  static async start(memory: RedisMemory): Promise<RedisContainer> {
    const container = new GenericContainer(IMAGE)
      .withCommand(['redis-server', ...redisSettings(memory)])
      .withExposedPorts({ container: 6379, host: await freePort() });
    return new RedisContainer(await container.start());
  }

  async up(): Promise<void> {
    await (await this.#handle()).start();
    while (!(await this.#answers())) await pause(20);
  }

  async stop(): Promise<void> {
    await (await this.#handle()).stop();
  }

  async kill(): Promise<void> {
    await (await this.#handle()).kill({ signal: 'SIGKILL' });
  }

  #answers(): Promise<boolean> {
    return redisCommand(this.url, 'SELECT 0').then(
      () => true,
      () => false,
    );
  }

  /** Docker's own: testcontainers removes what it stops. */
  async #handle() {
    const { container } = await getContainerRuntimeClient();
    return container.getById(this.#container.getId());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.stop();
  }
}
