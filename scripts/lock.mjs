// Completes package-lock.json after `npm install`: `npm run lock`. npm writes no digest for a package that it found
// unpacked, and then checks nothing when it installs it elsewhere. Registries' hosts are left out: whoever installs takes
// the packages from the registry of their own, and the digests tell whether they are the same.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const AT_A_TIME = 4;
const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(await readFile(file, 'utf8'));
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

for (const [, entry] of packages) delete entry.resolved;
const open = packages.filter(([, entry]) => !entry.integrity && !entry.link);
for (let i = 0; i < open.length; i += AT_A_TIME)
  await Promise.all(
    open.slice(i, i + AT_A_TIME).map(async ([path, entry]) => {
      entry.integrity = await digest(entry.name ?? path.split('node_modules/').pop(), entry.version);
    }),
  );
// as npm orders them, so that its next install changes nothing else
for (const [path, { version, resolved, integrity, ...rest }] of packages)
  lock.packages[path] = { version, integrity, ...rest };
await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${packages.length} packages, ${open.length} digests added.`);

/** What the registry says that the package's archive has to be. */
async function digest(name, version) {
  const args = ['view', `${name}@${version}`, 'dist.integrity', '--json'];
  const { stdout } = await promisify(execFile)('npm', args, { shell: process.platform === 'win32' });
  const integrity = JSON.parse(stdout);
  if (!/^sha512-/.test(integrity)) throw new Error(`The registry has no SHA-512 digest of ${name}@${version}.`);
  return integrity;
}
