import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectFiles, ROOT, readManifest } from './project.ts';

const exec = promisify(execFile);

const PNPM = readManifest('.').packageManager ?? 'pnpm';

/** What a fresh machine has: a way to programs, to the home folder and to the package registry. */
const KEPT =
  /^(?:PATH|HOME|TMPDIR|LANG|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|XDG_\w+|npm_config_(?:registry|cafile))$/i;

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The tracked files of the project alone in a folder whose path has spaces. */
export class FreshCopy implements AsyncDisposable {
  readonly parent: string;
  readonly root: string;

  private constructor(parent: string) {
    this.parent = parent;
    this.root = path.join(parent, 'a fresh clone');
  }

  static async make(): Promise<FreshCopy> {
    const copy = new FreshCopy(await mkdtemp(path.join(tmpdir(), 'seedlot fresh ')));
    try {
      await copy.#fill();
      return copy;
    } catch (fault) {
      await copy[Symbol.asyncDispose]();
      throw fault;
    }
  }

  async #fill(): Promise<void> {
    for (const file of await trackedFiles()) {
      await mkdir(path.dirname(path.join(this.root, file)), { recursive: true });
      await cp(path.join(ROOT, file), path.join(this.root, file));
    }
  }

  /** Runs a program of the copy, or one of the machine, in `folder` with nothing of the caller's environment. */
  async run(program: string, args: readonly string[], folder: string = this.root): Promise<Outcome> {
    const options = { cwd: folder, env: scrubbedEnvironment(), maxBuffer: 64 * 1024 * 1024 };
    const file = program.startsWith('.') ? path.join(this.root, program) : program;
    try {
      return { code: 0, ...(await exec(file, args, options)) };
    } catch (fault) {
      if (!isOutcome(fault)) throw fault;
      return { code: fault.code, stdout: fault.stdout, stderr: fault.stderr };
    }
  }

  /** pnpm as `npm test` starts it. */
  pnpm(...command: readonly string[]): Promise<Outcome> {
    return this.run('npx', ['-y', PNPM, ...command]);
  }

  /** What lies beside it; nothing but itself. */
  siblings(): Promise<string[]> {
    return readdir(this.parent);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.parent, { recursive: true, force: true });
  }
}

/** Without git, or outside of a clone, every file of the project counts as tracked. What was deleted is not copied. */
async function trackedFiles(): Promise<string[]> {
  const listed = await exec('git', ['ls-files', '-z'], { cwd: ROOT }).catch(() => null);
  return listed === null
    ? projectFiles()
    : listed.stdout.split('\0').filter(file => file !== '' && existsSync(path.join(ROOT, file)));
}

function scrubbedEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => KEPT.test(name)));
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return { ...kept, PATH: folders.filter(folder => !folder.includes('node_modules')).join(path.delimiter) };
}

function isOutcome(fault: unknown): fault is Outcome {
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'number';
}
