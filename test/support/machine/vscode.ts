import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { fetchedFolder } from '../folders';
import { NotSetUp } from './unavailable';

/** The version that the stand-in embeds too, unless another is asked for (a continuous integration tries the oldest). */
const VERSION = process.env.WARMSTART_VSCODE_VERSION ?? '1.139.1';

const cachePath = join(fetchedFolder, 'vscode');
/** Where its program is, once it was fetched. */
const record = join(cachePath, `${VERSION}.txt`);

/** Whether VS Code itself could open a window here. */
export const hasDisplay = (): boolean =>
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/**
 * VS Code itself.
 * @throws NotSetUp where there is no display, or it was not fetched
 */
export function findVSCode(): string {
  if (!hasDisplay()) throw new NotSetUp('VS Code needs a display, and there is none.');
  const program = existsSync(record) ? readFileSync(record, 'utf8') : '';
  if (existsSync(program)) return program;
  throw new NotSetUp(`VS Code ${VERSION} is not on this machine.`);
}

export async function installVSCode(): Promise<void> {
  const program = await downloadAndUnzipVSCode({ version: VERSION, cachePath });
  await mkdir(cachePath, { recursive: true });
  await writeFile(record, program);
}
