/** Runs the suites that need VS Code's extension host, one window after the other, and writes `.test-output/host.json`. */
import { spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputFolder, projectFolder } from '../support/folders';
import { findOrWhy, Unavailable } from '../support/machine/unavailable';
import { quietSettings } from '../support/workbench/server';
import { findEditor, programOf } from './editor';
import { type SuiteReport, suiteEnvironment } from './report';

interface TestWindow {
  /** Folder under test/host/suites. */
  readonly name: string;
  /** Whether a folder is open. */
  readonly folder: boolean;
  /** Whether two folders are open, by a workspace file. */
  readonly multiRoot?: boolean;
  readonly trusted: boolean;
}

const windows: readonly TestWindow[] = [
  { name: 'folder', folder: true, trusted: true },
  { name: 'untrusted', folder: true, trusted: false },
  { name: 'noFolder', folder: false, trusted: true },
  { name: 'multiRoot', folder: true, multiRoot: true, trusted: true },
];

const extensionTestsPath = join(__dirname, 'index.js');

async function runWindow(editor: string, window: TestWindow): Promise<SuiteReport> {
  const home = await mkdtemp(join(tmpdir(), 'ws-')); // short: sockets lie below it
  const reportFile = join(home, 'report.json');
  const userData = join(home, 'user');
  const workspace = join(home, 'workspace');
  await mkdir(join(userData, 'User'), { recursive: true });
  await mkdir(workspace);
  const workspaceFile = join(home, 'both.code-workspace');
  if (window.multiRoot) {
    const folders = ['first', 'second'].map((name) => join(home, name));
    for (const folder of folders) await mkdir(folder);
    await writeFile(workspaceFile, JSON.stringify({ folders: folders.map((path) => ({ path })) }));
  }
  await writeFile(join(userData, 'User', 'settings.json'), JSON.stringify(quietSettings));
  const env = { [suiteEnvironment.window]: window.name, [suiteEnvironment.report]: reportFile };
  const launchArgs = [
    ...(window.folder ? [window.multiRoot ? workspaceFile : workspace] : []),
    `--user-data-dir=${userData}`,
    `--extensions-dir=${join(home, 'extensions')}`,
  ];
  const logFile = join(outputFolder, 'host', `${window.name}.log`);
  const log = createWriteStream(logFile);
  let ended = '';
  try {
    await runEditor(editor, [...launchArgs, ...(window.trusted ? ['--disable-workspace-trust'] : [])], env, log);
  } catch (error) {
    ended = error instanceof Error ? error.message : String(error);
  }
  log.end();
  const report = await readReport(reportFile);
  await rm(home, { recursive: true, force: true });
  if (report && (ended === '' || report.failed.length > 0)) return report;
  const problem = `${report ? '' : 'It ran no test. '}${ended} See ${logFile}.`;
  return { passed: [], skipped: [], ...report, failed: [{ name: `The window "${window.name}"`, problem }] };
}

/** As test-electron's runTests, which always trusts every folder, and shows what the editor prints. */
async function runEditor(
  editor: string,
  launchArgs: readonly string[],
  env: Record<string, string>,
  log: WriteStream,
): Promise<void> {
  const args = [
    ...[...launchArgs, '--no-sandbox', '--disable-gpu-sandbox', '--disable-updates', '--skip-welcome'],
    ...['--skip-release-notes', `--extensionTestsPath=${extensionTestsPath}`],
    `--extensionDevelopmentPath=${projectFolder}`,
  ];
  const child = spawn(editor, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The window ended with ${code}.`);
}

async function readReport(file: string): Promise<SuiteReport | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as SuiteReport;
  } catch {
    return null;
  }
}

function print(window: string, report: SuiteReport, seconds: number): void {
  console.log(`\nWindow "${window}" (${seconds.toFixed(0)} s)`);
  for (const name of report.passed) console.log(`  ok       ${name}`);
  for (const name of report.skipped) console.log(`  skipped  ${name}`);
  for (const { name, problem } of report.failed)
    console.log(`  FAILED   ${name}\n${problem.replace(/^/gm, '           ')}`);
}

async function main(): Promise<void> {
  await mkdir(join(outputFolder, 'host'), { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const only = process.argv.slice(2);
  const editor = findOrWhy(findEditor);
  if (editor.found) {
    const program = await programOf(editor.found, __dirname);
    for (const window of windows.filter(({ name }) => only.length === 0 || only.includes(name))) {
      const started = Date.now();
      const report = await runWindow(program, window);
      print(window.name, report, (Date.now() - started) / 1000);
      total.passed += report.passed.length;
      total.failed += report.failed.length;
      total.skipped += report.skipped.length;
    }
  } else {
    total.skipped += windows.length;
    console.log(`The suites in the extension host are skipped. ${editor.why}`);
  }
  await writeFile(join(outputFolder, 'host.json'), JSON.stringify(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

main().catch(async (error: unknown) => {
  console.error(error instanceof Unavailable ? error.message : error);
  await writeFile(join(outputFolder, 'host.json'), JSON.stringify({ passed: 0, failed: 1, skipped: 0 }));
  process.exit(1);
});
