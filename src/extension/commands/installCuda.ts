import { mkdir, rename, rm } from 'node:fs/promises';
import { l10n, ProgressLocation, Uri, window } from 'vscode';
import { packagesFolder } from '../engine/configuration';
import { Refusal } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import type { Source } from './checkedDownload';
import { installCudaRuntime } from './cudaInstallation';

/** TensorFlow 2.9.1 for Linux as its makers published it. For Windows nobody has published a digest that we could compare. */
const LINUX_LIBRARY: Source = {
  url: 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz',
  sha256: '20c46f761d5905f592c4eac0812e8e50d9cb439f9440a9391912cf4c02ed8be8',
};

/** Installs TensorFlow's runtime for NVIDIA GPUs into the extension's global storage: the extension can't carry it. */
export async function installCuda(services: Services): Promise<void> {
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
  if (!(await installed(services))) {
    tell(l10n.t('The CUDA runtime was not installed: stopped.'));
    return;
  }
  const { devices } = await services.engine.request('devices', {});
  const cuda = devices.find(({ id }) => id === 'cuda');
  if (cuda && !cuda.usable)
    throw new Refusal(
      l10n.t('The CUDA runtime is installed, but it cannot be used: {0}', cuda.reason ?? l10n.t('It cannot be used.')),
    );
  tell(l10n.t('The CUDA runtime is installed and works.'));
}

/** False when it was stopped. */
async function installed({ context, log }: Services): Promise<boolean> {
  const folder = packagesFolder(context);
  const options = {
    location: ProgressLocation.Notification,
    title: l10n.t('Installing the CUDA runtime'),
    cancellable: true,
  };
  return window.withProgress(options, async (progress, token) => {
    // beside an earlier one, which stays until the new one is whole
    const fresh = `${folder}.new`;
    const stopped = new AbortController();
    token.onCancellationRequested(() => stopped.abort());
    try {
      await rm(fresh, { recursive: true, force: true });
      await mkdir(fresh, { recursive: true });
      const isInstalled = await installCudaRuntime({
        folder: fresh,
        locked: Uri.joinPath(context.extensionUri, 'media', 'cuda').fsPath,
        library: process.platform === 'linux' ? LINUX_LIBRARY : null,
        signal: stopped.signal,
        line: (text) => {
          log.info(text);
          if (/^\* |^\[|Downloading|Building/.test(text)) progress.report({ message: text.slice(0, 80) });
        },
      });
      if (!isInstalled) return false;
      await rm(folder, { recursive: true, force: true });
      await rename(fresh, folder);
      return true;
    } finally {
      await rm(fresh, { recursive: true, force: true }).catch(() => {});
    }
  });
}
