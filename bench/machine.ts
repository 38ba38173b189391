import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** What the figures were measured on, and how busy it was. */
export function machineNote(): string {
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'})`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${cores}, ${memory}, Node ${process.version}, ${loadNote()}`;
}

export function loadNote(): string {
  return `load ${loadavg()[0]?.toFixed(1)}`;
}
