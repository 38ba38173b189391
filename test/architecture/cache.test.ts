import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectFiles, ROOT, readWorkspaces } from './project.ts';

interface Task {
  readonly taskId: string;
  readonly command: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly dependencies: readonly string[];
}

interface Plan {
  readonly globalCacheInputs: { readonly files: Readonly<Record<string, string>> };
  readonly tasks: readonly Task[];
}

const run = promisify(execFile);
const workspaces = readWorkspaces();
const files = projectFiles();

/** What turbo would run, and what it would look at to take an old result instead. */
describe('the cache of types and unit tests', () => {
  let plan: Plan;

  beforeAll(async () => {
    const turbo = path.join(ROOT, 'node_modules/.bin/turbo');
    const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
    const options = { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await run(turbo, ['run', 'types', 'unit', '--dry=json'], options);
    plan = JSON.parse(stdout);
  });

  it('serves the types of every package and the unit tests of all that have any', () => {
    const wanted = workspaces.flatMap(({ folder, manifest: { name } }) =>
      folder.includes('/') ? [`${name}#types`, `${name}#unit`] : [`${name}#types`],
    );
    const running = plan.tasks
      .filter(({ command }) => command !== '<NONEXISTENT>')
      .map(({ taskId }) => taskId);
    expect(wanted.length).toBeGreaterThanOrEqual(36);
    expect(running.sort()).toEqual(wanted.sort());
  });

  it('looks at every file of the package: sources, vectors, statements, manifests', () => {
    for (const { folder, manifest } of workspaces) {
      const own = files
        .filter(file => file.startsWith(`${folder}/`))
        .map(file => file.slice(folder.length + 1));
      expect(own).toContain('tsconfig.json');
      for (const task of tasksOf(manifest.name)) {
        expect(Object.keys(task.inputs), task.taskId).toEqual(expect.arrayContaining(own));
      }
    }
  });

  it('looks at the sources of every package that the package depends on', () => {
    for (const { manifest } of workspaces) {
      const below = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
        .filter(name => name.startsWith('@seedlot/'))
        .map(name => `${name}#types`);
      for (const task of tasksOf(manifest.name)) {
        expect(task.dependencies, task.taskId).toEqual(expect.arrayContaining(below));
      }
    }
  });

  it('looks at what all packages share', () => {
    expect(Object.keys(plan.globalCacheInputs.files)).toEqual(
      expect.arrayContaining(['package.json', 'pnpm-workspace.yaml', 'tsconfig.base.json', 'vitest.unit.ts']),
    );
  });

  function tasksOf(name: string): Task[] {
    const tasks = plan.tasks.filter(({ taskId }) => taskId.startsWith(`${name}#`));
    expect(tasks.length).toBeGreaterThan(0);
    return tasks;
  }
});
