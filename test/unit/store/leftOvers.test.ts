import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tidyUp } from '../../../src/engine/rounds/tidyUp';
import { AtomicFile } from '../../../src/engine/store/atomicFile';
import { temporaryFolder } from '../../support/temporaryFolder';

const HOUR = 3_600_000;
const folders = [
  'labels',
  'rounds',
  'results',
  'models',
  'models/encoders',
  'settlements',
  'repeats/labels',
  'exports',
  'benchmarks/b/cells',
  '.cache',
  '.cache/features',
];

it.each([
  ['an hour ago', -HOUR],
  ['before the clock was set back', HOUR],
])(
  'what writers left that were killed %s goes from all folders of a dataset, and nothing else does',
  async (_, ago) => {
    const directory = await temporaryFolder();
    const then = new Date(Date.now() + ago);
    const expected = new Map<string, string[]>();
    for (const folder of folders) {
      const writing = await AtomicFile.create(join(directory, folder, 'now.jsonl'));
      onTestFinished(() => writing.discard());
      const [temporary = ''] = (await readdir(join(directory, folder))).filter((name) => name.endsWith('.tmp'));
      const left = temporary.replace('now', 'ana'); // as a kill leaves it
      for (const name of [left, 'ana.jsonl', 'mine.tmp', '.x.tmp']) {
        await writeFile(join(directory, folder, name), '');
        await utimes(join(directory, folder, name), then, then);
      }
      expected.set(folder, [temporary, '.x.tmp', 'ana.jsonl', 'mine.tmp'].sort());
    }
    await mkdir(join(directory, 'labels', '.folder.1-0123456789ab.tmp'));
    await tidyUp(directory);
    for (const [folder, names] of expected) {
      const files = await readdir(join(directory, folder), { withFileTypes: true });
      expect(files.flatMap((file) => (file.isFile() ? [file.name] : [])).sort()).toEqual(names);
    }
    expect(await readdir(join(directory, 'labels'))).toContain('.folder.1-0123456789ab.tmp');
  },
);
