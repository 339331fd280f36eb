import { join } from 'node:path';
import { builtFiles, modified } from '../built';
import { outputFolder, projectFolder } from '../folders';
import { runProgram } from '../program';

/** What else is in it and changes. */
const pages = ['package.json', 'README.md', 'COMMON_PROBLEMS.md', 'docs/user-guide.md', 'scripts/release/page.mjs'];

/** The extension as people install it, packaged from what `npm run build` built. */
export async function packagedExtension(): Promise<string> {
  const vsix = join(outputFolder, 'package', 'warmstart.vsix');
  const newest = Math.max(...[...builtFiles, ...pages].map((name) => modified(join(projectFolder, name))));
  if (modified(vsix) < newest)
    await runProgram(process.execPath, [join(projectFolder, 'scripts', 'release', 'package.mjs'), '--out', vsix], {
      minutes: 3,
    });
  return vsix;
}
