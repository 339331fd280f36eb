import { statSync } from 'node:fs';
import { join } from 'node:path';
import { outputFolder, projectFolder } from '../folders';
import { runProgram } from '../program';

/** The extension as people install it, packaged from what `npm run build` built. */
export async function packagedExtension(): Promise<string> {
  const vsix = join(outputFolder, 'package', 'warmstart.vsix');
  const inputs = ['dist/extension.meta.json', 'dist/webview.meta.json', 'package.json'];
  const newest = Math.max(...inputs.map((name) => modified(join(projectFolder, name))));
  if (modified(vsix) < newest)
    await runProgram(process.execPath, [join(projectFolder, 'scripts', 'package.mjs'), '--out', vsix], { minutes: 3 });
  return vsix;
}

/** Milliseconds; 0 where there is no such file. */
function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
