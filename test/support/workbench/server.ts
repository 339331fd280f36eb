import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { type CodeServer, findCodeServer } from '../machine/codeServer';
import { runProgram } from '../program';

/** Settings of every test window: nothing that asks, nothing that moves. */
export const quietSettings = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.colorTheme': 'Default Light Modern',
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
};

export interface ServerFolders {
  /** User data and settings. */
  readonly userData: string;
  readonly extensions: string;
}

export interface ServerOptions extends ServerFolders {
  /** Whether every folder is trusted without asking. */
  readonly trustAll: boolean;
  /** Lets a page give the folder of an extension under development and of its tests; hides notifications. */
  readonly testDriver?: boolean;
  readonly env?: Record<string, string>;
  readonly settings?: Record<string, unknown>;
  /** File that gets what the server prints. */
  readonly log: string;
}

export interface Server {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts code-server on a free port of this machine. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const codeServer = findCodeServer();
  await mkdir(join(options.userData, 'User'), { recursive: true });
  await mkdir(options.extensions, { recursive: true });
  const settings = { ...quietSettings, ...options.settings };
  await writeFile(join(options.userData, 'User', 'settings.json'), JSON.stringify(settings, null, 2));
  const args = [
    ...[codeServer.program, ...folderArguments(options), '--auth', 'none', '--bind-addr', '127.0.0.1:0'],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(options.trustAll ? ['--disable-workspace-trust'] : []),
    ...(options.testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const child = spawn(codeServer.node, args, {
    env: serverEnvironment(codeServer, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, so that its children end with it
  });
  const close = (): Promise<void> => endGroup(child);
  try {
    return { url: await listening(child, options.log), pid: child.pid ?? 0, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Installs a packaged extension as a person would from its file. */
export async function installExtension(folders: ServerFolders, vsix: string): Promise<void> {
  const codeServer = findCodeServer();
  await runProgram(codeServer.node, [codeServer.program, ...folderArguments(folders), '--install-extension', vsix], {
    env: serverEnvironment(codeServer),
    minutes: 2,
  });
}

function folderArguments({ userData, extensions }: ServerFolders): string[] {
  const config = join(userData, 'code-server.yaml'); // otherwise in the home folder
  return ['--user-data-dir', userData, '--extensions-dir', extensions, '--config', config];
}

function serverEnvironment(codeServer: CodeServer, extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  // from a terminal of VS Code: code-server would hand over to that window
  const own = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|PORT$|PASSWORD$)/.test(name));
  return {
    ...Object.fromEntries(own),
    EXTENSIONS_GALLERY: '{}',
    PATH: `${dirname(codeServer.node)}${delimiter}${process.env.PATH}`,
    ...extra,
  };
}

async function listening(child: ChildProcess, logFile: string): Promise<string> {
  await mkdir(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`code-server ${why}; see ${logFile}.`));
    const timer = setTimeout(() => fail('did not start within a minute'), 60_000);
    const read = (text: string): void => {
      log.write(text);
      output += text;
      const address = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output);
      if (!address?.[1]) return;
      clearTimeout(timer);
      resolve(address[1]);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.on('error', (error) => fail(`could not be started (${error.message})`));
    child.on('close', (code) => {
      clearTimeout(timer);
      log.end();
      fail(`ended with ${code} before it listened`);
    });
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-(child.pid ?? 0), name);
    } catch {
      // gone already
    }
  };
  signal('SIGTERM');
  const timer = setTimeout(() => signal('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
  signal('SIGKILL'); // what the server left
}
