import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { ensureChromium } from './vscode/chromium';
import { ensureCodeServer } from './vscode/codeServer';
import { fetchedFolder } from './vscode/folders';
import { Unavailable } from './vscode/unavailable';

/** The version that the stand-in embeds too, unless another is asked for (a continuous integration tries the oldest). */
const VERSION = process.env.WARMSTART_VSCODE_VERSION ?? '1.139.1';

/**
 * A program that takes VS Code's arguments: VS Code itself where it has a display and can be downloaded, else the
 * stand-in.
 * @throws Unavailable with the reasons against both
 */
export async function ensureEditor(buildFolder: string): Promise<string> {
  const reasons: string[] = [];
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    reasons.push('VS Code needs a display, and there is none.');
  else
    try {
      return await downloadAndUnzipVSCode({ version: VERSION, cachePath: join(fetchedFolder, 'vscode') });
    } catch (error) {
      reasons.push(`VS Code ${VERSION} could not be downloaded: ${error instanceof Error ? error.message : error}`);
    }
  try {
    await ensureCodeServer();
    await ensureChromium();
    return await writeLauncher(buildFolder);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new Unavailable([...reasons, error.message].join(' '));
  }
}

/** An executable file that starts the stand-in, since test-electron starts one by its path alone. */
async function writeLauncher(buildFolder: string): Promise<string> {
  const launcher = join(buildFolder, 'code');
  await mkdir(buildFolder, { recursive: true });
  await writeFile(launcher, `#!/bin/sh\nexec "${process.execPath}" "${join(buildFolder, 'standIn.js')}" "$@"\n`);
  await chmod(launcher, 0o755);
  return launcher;
}
