import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findChromium } from '../support/machine/chromium';
import { findCodeServer } from '../support/machine/codeServer';
import { NotSetUp, Unavailable } from '../support/machine/unavailable';
import { findVSCode } from '../support/machine/vscode';

export type Editor = { readonly kind: 'VS Code'; readonly program: string } | { readonly kind: 'stand-in' };

/**
 * VS Code itself where it has a display and was fetched, else the stand-in.
 * @throws NotSetUp with the reasons against both
 */
export function findEditor(): Editor {
  const reasons: string[] = [];
  try {
    return { kind: 'VS Code', program: findVSCode() };
  } catch (error) {
    reasons.push(reasonOf(error));
  }
  try {
    findCodeServer();
    findChromium();
    return { kind: 'stand-in' };
  } catch (error) {
    reasons.push(reasonOf(error));
  }
  throw new NotSetUp(reasons.join(' '));
}

function reasonOf(error: unknown): string {
  if (error instanceof Unavailable) return error.message;
  throw error;
}

/** An executable file that takes VS Code's arguments, since test-electron starts one by its path alone. */
export async function programOf(editor: Editor, buildFolder: string): Promise<string> {
  if (editor.kind === 'VS Code') return editor.program;
  const launcher = join(buildFolder, 'code');
  await mkdir(buildFolder, { recursive: true });
  await writeFile(launcher, `#!/bin/sh\nexec "${process.execPath}" "${join(buildFolder, 'standIn.js')}" "$@"\n`);
  await chmod(launcher, 0o755);
  return launcher;
}
