import { appendFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KnownFiles } from '../../../src/extension/datasets/knownFiles';
import { answerLine, type LabelEntry, serialiseLabels, withdrawnLine } from '../../../src/shared/schema/labels';
import { says } from '../../support/datasetFiles';
import { writeDataset } from '../../support/writeDataset';
import { writtenEarlier } from '../../support/writtenEarlier';

const LABELS = 100_000;
/** Longest that the extension host may be held up. */
const MOST_MS = 50;
const classes = ['happy', 'sad'];

const many = (n: number): Map<string, LabelEntry> =>
  new Map(Array.from({ length: n }, (_, i) => [`train/${String(i).padStart(6, '0')}.png`, says(classes[i % 2]!)]));

/** Milliseconds that this process computed in the longest turn of its event loop while something was done. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isDone = false;
  let before = process.cpuUsage();
  const turn = () => {
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
    before = process.cpuUsage();
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  onTestFinished(() => {
    isDone = true;
  });
  await work();
  turn();
  isDone = true;
  return longest;
}

describe('the labels of a dataset', () => {
  it(`are counted again with every change of ${LABELS} without holding up the window`, { retry: 2 }, async () => {
    const { directory, write } = await writeDataset();
    const counts = new KnownFiles().countsOf(directory);
    const read = async () => {
      const { labelled, conflicts } = await counts.read(classes);
      return { labelled, conflicts };
    };
    const path = await write('labels/ana.jsonl', serialiseLabels(many(LABELS)));
    expect(await longestTurn(read)).toBeLessThan(MOST_MS);
    expect(await read()).toEqual({ labelled: LABELS, conflicts: 0 });

    const [first, second] = [...many(2).keys()] as [string, string];
    await appendFile(path, answerLine(first, says('sad'), says('happy').at) + answerLine('new.png', says('sad')));
    expect(await longestTurn(read)).toBeLessThan(MOST_MS);
    expect(await read()).toEqual({ labelled: LABELS + 1, conflicts: 0 });

    await write('labels/bo.jsonl', serialiseLabels(new Map([[second, says('happy')]])));
    await appendFile(path, withdrawnLine(first, says('sad').at, says('sad').at));
    expect(await longestTurn(read)).toBeLessThan(MOST_MS);
    expect(await read()).toEqual({ labelled: LABELS - 1, conflicts: 1 });

    await writeFile(path, serialiseLabels(many(LABELS)));
    expect(await longestTurn(read)).toBeLessThan(MOST_MS);
    expect(await read()).toEqual({ labelled: LABELS - 1, conflicts: 1 });
  });

  it('are counted without holding up the window where an earlier version wrote them', { retry: 2 }, async () => {
    const { directory, write } = await writeDataset();
    const counts = new KnownFiles().countsOf(directory);
    await write('labels/ana.json', writtenEarlier(many(LABELS)));
    const read = async () => (await counts.read(classes)).labelled;
    expect(await longestTurn(read)).toBeLessThan(MOST_MS);
    expect(await read()).toBe(LABELS);
  });

  it('follow classes that come and go, a file that is torn, and one that disappears', async () => {
    const { directory, write, label } = await writeDataset();
    const counts = new KnownFiles().countsOf(directory);
    const path = await label('ana', { 'a.png': says('happy'), 'b.png': says('sad') });
    expect(await counts.read(classes)).toMatchObject({ labelled: 2, problems: [] });
    const without = await counts.read(['happy']);
    expect(without).toMatchObject({ labelled: 1, problems: [{ file: path }] });
    expect([without.isAnswered('a.png'), without.isAnswered('b.png')]).toEqual([true, false]);
    expect(await counts.read(classes)).toMatchObject({ labelled: 2, problems: [] });
    await appendFile(path, '{ "image": "c.png", "label": "ha');
    expect(await counts.read(classes)).toMatchObject({ labelled: 2, problems: [] });
    await appendFile(path, 'ppy", "at": "2026-01-31T12:00:00.000Z", "seconds": 1 }\n');
    expect(await counts.read(classes)).toMatchObject({ labelled: 3, problems: [] });
    await write('labels/ana.jsonl', '');
    expect(await counts.read(classes)).toMatchObject({ labelled: 0, problems: [{ file: path }] });
  });
});
