import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CancellationToken, l10n, ProgressLocation, window } from 'vscode';
import { packagesFolder } from '../engine/configuration';
import { Refusal } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';

const PACKAGE = '@tensorflow/tfjs-node-gpu@4.22.0';
const LINES_SHOWN = 3;

/** Installs TensorFlow's runtime for NVIDIA GPUs into the extension's global storage: the extension can't carry it. */
export async function installCuda(services: Services): Promise<void> {
  const { context, engine, log } = services;
  if (process.arch !== 'x64' || !['linux', 'win32'].includes(process.platform))
    throw new Refusal(l10n.t('The CUDA runtime exists for Linux and Windows on x64 only.'));
  const install = l10n.t('Install');
  const chosen = await window.showInformationMessage(
    l10n.t(
      'This downloads about 400 MB (TensorFlow 2.9 for CUDA 11.2) from npm and storage.googleapis.com, with npm of this machine. It needs an NVIDIA GPU with its driver, CUDA 11.2 and cuDNN 8.1.',
    ),
    { modal: true },
    install,
  );
  if (chosen !== install) return;
  const folder = packagesFolder(context);
  const options = {
    location: ProgressLocation.Notification,
    title: l10n.t('Installing the CUDA runtime'),
    cancellable: true,
  };
  const done = await window.withProgress(options, async (progress, token) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
    return npmInstall(folder, token, (line) => {
      log.info(line);
      if (/^\* |^\[|Downloading|Building/.test(line)) progress.report({ message: line.slice(0, 80) });
    });
  });
  if (!done) {
    await rm(folder, { recursive: true, force: true });
    tell(l10n.t('The CUDA runtime was not installed: stopped.'));
    return;
  }
  const { devices } = await engine.request('devices', {});
  const cuda = devices.find(({ id }) => id === 'cuda');
  if (cuda && !cuda.usable)
    throw new Refusal(
      l10n.t('The CUDA runtime is installed, but it cannot be used: {0}', cuda.reason ?? l10n.t('It cannot be used.')),
    );
  tell(l10n.t('The CUDA runtime is installed and works.'));
}

/** False when it was stopped. */
async function npmInstall(folder: string, token: CancellationToken, line: (text: string) => void): Promise<boolean> {
  const args = ['install', '--no-audit', '--no-fund', '--foreground-scripts', PACKAGE];
  // on Windows npm is a script, which only a shell starts; nothing here comes from outside
  const child = spawn('npm', args, {
    cwd: folder,
    shell: process.platform === 'win32',
    detached: process.platform !== 'win32',
  });
  let last: string[] = [];
  const read = (text: string) => {
    for (const each of text.split('\n').map((part) => part.trim()))
      if (each !== '') {
        line(each);
        last = [...last, each].slice(-200);
      }
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const listener = token.onCancellationRequested(() => {
    try {
      // with npm's own children
      if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid);
      else child.kill();
    } catch {
      // it has ended
    }
  });
  const end = await new Promise<number | string | NodeJS.ErrnoException | null>((resolve) => {
    child.on('error', resolve);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  listener.dispose();
  if (token.isCancellationRequested) return false;
  if (end === 0) return true;
  await rm(folder, { recursive: true, force: true });
  throw new Refusal(installFailure(end, last));
}

/** One sentence on why npm failed, and what to do. */
export function installFailure(end: unknown, lines: readonly string[]): string {
  if ((end as NodeJS.ErrnoException | null)?.code === 'ENOENT')
    return l10n.t('npm was not found; install Node.js (nodejs.org), restart VS Code and try again.');
  const host = /(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT)[ :]+([\w.-]*\w)/.exec(lines.join('\n'))?.[1];
  if (host)
    return l10n.t(
      'The CUDA runtime could not be downloaded: {0} cannot be reached; check the connection or the proxy, then try again.',
      host,
    );
  if (/ENOSPC/.test(lines.join('\n')))
    return l10n.t('The CUDA runtime was not installed: the disk is full; free 2 GB and try again.');
  const errors = lines.filter((each) => /err/i.test(each) && !/complete log|npm error (code|path|command)/.test(each));
  return l10n.t(
    'The CUDA runtime was not installed; the log (Warmstart: Show Log) has all of what npm said. It begins with: {0}',
    (errors.length > 0 ? errors : lines).slice(0, LINES_SHOWN).join(' '),
  );
}
