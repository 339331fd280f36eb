import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fetchedFolder } from '../folders';
import { runProgram } from '../program';
import { NotSetUp, Unavailable } from './unavailable';

/** Embeds VS Code 1.139.1. */
const VERSION = '4.139.1';
/** What code-server asks for; the tests themselves also run on older ones. */
const NODE_MAJOR = 24;

export interface CodeServer {
  /** Node for the server. */
  readonly node: string;
  /** The server's program. */
  readonly program: string;
}

const home = join(fetchedFolder, `code-server-${VERSION}`);

/**
 * VS Code as a server. Without its native builds: the terminal is missing, nothing else.
 * @throws Unavailable
 */
export function findCodeServer(): CodeServer {
  if (process.platform !== 'linux') throw new Unavailable('The stand-in for VS Code (code-server) runs on Linux only.');
  const installed = layout(home);
  if (existsSync(installed.program) && existsSync(installed.node)) return installed;
  throw new NotSetUp('The stand-in for VS Code (code-server) is not on this machine.');
}

/** Fetches it from the npm registry alone. */
export async function installCodeServer(): Promise<void> {
  console.log(`Fetching code-server ${VERSION}, the stand-in for VS Code (once; 800 MB on disk) …`);
  await mkdir(fetchedFolder, { recursive: true });
  // in a folder of its own and renamed at the end: what is there is complete
  const half = await mkdtemp(join(fetchedFolder, 'half-'));
  try {
    await install(half);
    await rm(home, { recursive: true, force: true });
    await rename(half, home);
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    if (existsSync(layout(home).program)) return; // another run was faster
    throw new Error(`code-server could not be installed: ${error instanceof Error ? error.message : error}`);
  }
}

function layout(home: string): CodeServer {
  return {
    node: join(home, 'node_modules', nodePackage(), 'bin', 'node'),
    program: join(home, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}

const nodePackage = (): string => `node-linux-${process.arch}`;

async function install(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const common = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const path = `${join(folder, 'node_modules', nodePackage(), 'bin')}${delimiter}${process.env.PATH}`;
  // npm hands its own settings on to npm by the environment (`npm test`): a project's, which are not meant here
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config|package)_/i.test(name)));
  const npm = (cwd: string, ...args: string[]): Promise<string> =>
    runProgram('npm', [...common, ...args], { cwd, env: { ...env, PATH: path }, minutes: 5 });
  await npm(folder, `code-server@${VERSION}`, `${nodePackage()}@${NODE_MAJOR}`);
  const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  await npm(vscode, '--omit=dev');
  await npm(join(vscode, 'extensions'), '--omit=dev');
}
