import { spawn } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CancellationToken, l10n, ProgressLocation, window } from 'vscode';
import { packagesFolder } from '../engine/configuration';
import { Refusal } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import { installFailure } from './installFailure';

const PACKAGE = '@tensorflow/tfjs-node-gpu@4.22.0';
const LINES_KEPT = 200;

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
    // beside an earlier one, which stays until the new one is whole
    const fresh = `${folder}.new`;
    try {
      await rm(fresh, { recursive: true, force: true });
      await mkdir(fresh, { recursive: true });
      await writeFile(join(fresh, 'package.json'), '{ "private": true }\n');
      const isInstalled = await npmInstall(fresh, token, (line) => {
        log.info(line);
        if (/^\* |^\[|Downloading|Building/.test(line)) progress.report({ message: line.slice(0, 80) });
      });
      if (!isInstalled) return false;
      await rm(folder, { recursive: true, force: true });
      await rename(fresh, folder);
      return true;
    } finally {
      await rm(fresh, { recursive: true, force: true }).catch(() => {});
    }
  });
  if (!done) {
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
        last = [...last, each].slice(-LINES_KEPT);
      }
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const listener = token.onCancellationRequested(() => {
    if (child.pid === undefined) return;
    // with npm's own children
    if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/t', '/f']).on('error', () => {});
    else
      try {
        process.kill(-child.pid);
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
  throw new Refusal(installFailure(end, last));
}
