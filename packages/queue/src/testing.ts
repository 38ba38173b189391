export {
  freePort,
  type RedisMemory,
  RedisServer,
  type RestartableRedis,
  redisSettings,
} from './testing/redis-server.ts';
