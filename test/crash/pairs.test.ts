import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/engine/numeric/random';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { temporaryFolder } from '../support/temporaryFolder';
import { effort, seed, tell } from './long/effort';
import { labelsIn, leftovers } from './long/remains';
import { copyFolder, DATASET, directoryIn, walk } from './long/steps';

beforeAll(ensureBuilt);

/** Commands that people give at the same moment, in two windows or on one shared disk. */
const commands: readonly (readonly string[])[] = [
  ['pretrain', DATASET, '--epochs', '3', '--restart'],
  ['query', DATASET, '--budget', '3', '--again'],
  ['label', DATASET, '--oracle', '--annotator', 'one'],
  ['label', DATASET, '--oracle', '--annotator', 'other'],
  ['train', DATASET, '--learner', 'probe'],
  ['predict', DATASET],
  ['export', DATASET],
  ['class', 'add', DATASET, 'new'],
  ['encoder', 'use', DATASET, 'combined'],
  ['benchmark', DATASET, '--features', 'hog', '--initial', '4', '--budget', '4', '--cycles', '2', '--seeds', '1'],
];

describe('two commands at a time', () => {
  it('each end well or by a sentence, and lose no label', { timeout: 60 * 60_000 }, async () => {
    const root = await temporaryFolder();
    const { to } = (await walk(join(root, 'steps'))).at(-1)!;
    const pairs = commands.flatMap((one, i) => commands.slice(i).map((other) => [one, other] as const));
    const random = Random.stream(seed, 'pairs');
    random.shuffle(pairs);
    const failures: string[] = [];
    const tried = pairs.slice(0, effort('pairs', 4));
    const before = await labelsIn(directoryIn(to));
    let refused = 0;
    for (const pair of tried) {
      const folder = join(root, 'pair');
      await copyFolder(to, folder);
      const ran = await Promise.all(pair.map((args) => run(['--workspace', folder, ...args])));
      const said = pair.map((args) => args.slice(0, 2).join(' ')).join(' beside ');
      refused += ran.filter(({ code }) => code !== 0).length;
      const bad = ran.filter(
        ({ code, stderr }) => code !== 0 && (code !== 1 || /defect|Unexpected|\n\s+at /.test(stderr)),
      );
      failures.push(...bad.map(({ code, stderr }) => `${said}: ${code} ${stderr.trim()}`));
      const now = await labelsIn(directoryIn(folder));
      for (const [file, labels] of before)
        for (const [image, label] of labels)
          if (now.get(file)?.get(image) !== label) failures.push(`${said}: labels/${file} lost ${image}`);
      const after = await run(['--workspace', folder, 'train', DATASET, '--learner', 'probe']);
      if (after.code !== 0)
        failures.push(`${said}: training after it ended with ${after.code}: ${after.stderr.trim()}`);
      failures.push(...(await leftovers(directoryIn(folder))).map((path) => `${said}: ${path} is left`));
      await rm(folder, { recursive: true });
    }
    tell('pairs', { pairs: tried.length, 'commands refused': refused, failures: failures.length });
    expect(failures).toEqual([]);
  });
});
