import { execFile, execFileSync } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectFolder } from '../../support/folders';
import { temporaryFolder } from '../../support/temporaryFolder';

/** What all readers together may take, one after the other. */
const MOST_SECONDS = 20;
const MOST_MEBIBYTES = 1024;
/** Of addresses, of which Node takes far more than of memory: what takes all memory ends here, and nothing else does. */
const MOST_ADDRESSES = 12 * 2 ** 20; // KiB

const program = join(projectFolder, '.test-output/security/readers.js');

interface Line {
  readonly name?: string;
  readonly outcome?: string;
  readonly mebibytes?: number;
}

/** Has all readers read a file, in a process that is ended when it takes too long or too much. */
async function readAll(hostile: string) {
  const folder = await temporaryFolder();
  const limited = `ulimit -v ${MOST_ADDRESSES}; exec "$0" "$@"`;
  const started = performance.now();
  const lines = await new Promise<Line[]>((resolve) => {
    const options = { timeout: MOST_SECONDS * 1000, killSignal: 'SIGKILL', maxBuffer: 2 ** 24 } as const;
    execFile('bash', ['-c', limited, process.execPath, program, folder, hostile], options, (_, stdout) =>
      resolve(
        stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Line),
      ),
    );
  });
  const ended = new Map(lines.flatMap(({ name, outcome }) => (name && outcome ? [[name, outcome] as const] : [])));
  return {
    outcomes: ended,
    unfinished: lines.flatMap(({ name }) => (name && !ended.has(name) ? [name] : [])),
    mebibytes: lines.at(-1)?.mebibytes ?? Number.POSITIVE_INFINITY,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Files that a repository can hold, or that lie in a folder that somebody was given. */
const hostile: Readonly<Record<string, (folder: string) => Promise<string>>> = {
  'a link to a device that never ends': async () => '/dev/zero',
  'a pipe that nobody writes to': async (folder) => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    return join(folder, 'pipe');
  },
  'an empty file': async (folder) => {
    await writeFile(join(folder, 'empty'), '');
    return join(folder, 'empty');
  },
  '3 GB of holes': async (folder) => {
    await writeFile(join(folder, 'holes'), '');
    await truncate(join(folder, 'holes'), 3e9);
    return join(folder, 'holes');
  },
};

/** What may be read of such a file: nothing stands in it, or it is one of those that are made again. */
const mayBeRead = new Set([
  'the list of images',
  'the checked list',
  'its proof',
  'versions of files',
  'copies',
  'a small picture',
  'the number of an annotation',
  'encoders from outside',
  'computed rows',
  'a lock',
  'JSON in the editor',
  'labels in the editor',
  'old labels in the editor',
  'replaced answers',
  'a round in the editor',
  'faces in the editor',
]);

describe.skipIf(process.platform !== 'linux')('every reader of files', () => {
  beforeAll(async () => {
    await build({
      absWorkingDir: projectFolder,
      entryPoints: [join(projectFolder, 'test/unit/security/readers.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      packages: 'external',
      alias: { vscode: join(projectFolder, 'test/support/vscodeStub.ts') },
      logLevel: 'error',
    });
  });

  for (const [what, make] of Object.entries(hostile))
    it(`of ${what} gives nothing or a sentence, within ${MOST_SECONDS} s and 1 GiB`, async () => {
      const { outcomes, unfinished, mebibytes, seconds } = await readAll(await make(await temporaryFolder()));
      expect(unfinished).toEqual([]);
      const wrong = [...outcomes].filter(
        ([name, outcome]) => outcome !== 'refused' && !(outcome === 'read' && mayRead(name, what)),
      );
      expect(wrong).toEqual([]);
      expect(outcomes.size).toBeGreaterThan(35);
      expect(mebibytes).toBeLessThan(MOST_MEBIBYTES);
      expect(seconds).toBeLessThan(MOST_SECONDS);
    });
});

/** Label files may be empty, and the digest of any file can be told. */
const mayRead = (name: string, what: string): boolean =>
  mayBeRead.has(name) ||
  (what === 'an empty file' && ['labels', 'the digest of a model', 'a text', 'a table'].includes(name)) ||
  (what === '3 GB of holes' && name === 'pixels'); // which is asked for its size first
