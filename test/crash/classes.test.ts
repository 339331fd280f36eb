import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClassCounts } from '../../src/engine/rounds/classChanges';
import { placeIn, places } from '../../src/shared/workspace/paths';
import { ensureBuilt } from '../support/built';
import { run, start, untilWritten } from '../support/commandLine';
import { writeDataset } from '../support/writeDataset';

beforeAll(ensureBuilt);

const ANNOTATORS = 8;
const LABELS = 1_500;

/** Many label files, so that the change takes a while: half of each says happy, half sad. */
async function place() {
  const { workspace, directory, label } = await writeDataset();
  for (let a = 0; a < ANNOTATORS; a++) {
    const answers = Array.from({ length: LABELS }, (_, i) => {
      const said = i % 2 === 0 ? 'happy' : 'sad';
      return [`${i}.png`, { label: said, at: '2026-01-01T00:00:00.000Z', seconds: 1 }] as const;
    });
    await label(`person ${a}`, Object.fromEntries(answers));
  }
  const args = (...rest: string[]) => ['--workspace', workspace, '--json', ...rest];
  return { directory, args };
}

const HALF = (ANNOTATORS * LABELS) / 2;

describe('a change of classes', () => {
  it('that is killed at any moment is carried out by the next command, and can be undone', async () => {
    const { directory, args } = await place();
    const counts = async () => (await run(args('class', 'list', 'faces'))).json<ClassCounts>();
    const pending = placeIn(directory, places.pendingClassChange);
    let interrupted = 0;
    for (const delay of [0, 15, 60]) {
      const merge = start(args('class', 'merge', 'faces', 'sad', '--into', 'happy'));
      await untilWritten(pending, merge).catch(() => {}); // it may have ended already
      await sleep(delay);
      merge.child.kill('SIGKILL');
      await merge.ended;
      if (existsSync(pending)) interrupted++;
      const after = await counts();
      expect(after).toMatchObject({ classes: [{ name: 'happy', labels: 2 * HALF }], unknown: [] });
      expect(existsSync(pending)).toBe(false);
      expect((await run(args('class', 'undo', 'faces'))).code).toBe(0);
      expect((await counts()).classes).toEqual([
        { name: 'happy', labels: HALF },
        { name: 'sad', labels: HALF },
      ]);
    }
    expect(interrupted).toBeGreaterThan(0);
  });
});
