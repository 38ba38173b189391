export type { Handler } from './answering.ts';
export type { QueueBackend } from './backend.ts';
export { createDoorbell, type Doorbell } from './doorbell.ts';
export { QueueError, type QueueErrorCode } from './errors.ts';
export { countJobs, type JobCounts, type QueueCounts } from './job-counts.ts';
export type { JobData, JobName } from './jobs.ts';
export { createPostgresBackend, type PostgresQueueOptions } from './postgres-backend.ts';
export { createRedisBackend, type RedisQueueOptions } from './redis-backend.ts';
export { createWorker, type JobListener, type WorkerSettings } from './worker.ts';
