import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/engine/errors';
import { Random } from '../../src/engine/numeric/random';
import { ensureBuilt } from '../support/built';
import { temporaryFolder } from '../support/temporaryFolder';
import { effort, seed, tell } from './long/effort';
import { mutate } from './long/mutate';
import { type Reader, readersIn } from './long/readers';
import { DATASET, walk } from './long/steps';

beforeAll(ensureBuilt);

/** Longer than any reader may take for a small file, on a machine that is busy. */
const PATIENCE_MS = 5_000;
/** Characters of a sentence that people read to its end. */
const LONGEST = 2_000;
const MOST_MEMORY = 1.5 * 2 ** 30;

/** How a reader took a file: 'read', 'refused' by a sentence, or what was wrong with that. */
async function taken(reader: Reader, bytes: Uint8Array): Promise<string> {
  await writeFile(reader.path, bytes);
  const begun = performance.now();
  let outcome = 'read';
  try {
    await reader.read();
  } catch (error) {
    if (!(error instanceof UserError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (error.message.length > LONGEST)
      return `a sentence of ${error.message.length} characters: ${error.message.slice(0, 300)}`;
    outcome = 'refused';
  }
  const took = performance.now() - begun;
  return took > PATIENCE_MS ? `${Math.round(took)} ms` : outcome;
}

describe('every reader of files', () => {
  it('reads what is damaged or refuses it by a sentence, in bounded time and memory', {
    timeout: 4 * 60 * 60_000,
  }, async () => {
    const root = await temporaryFolder();
    const stations = await walk(join(root, 'steps'));
    const readers = await readersIn(stations.at(-1)!.to, DATASET);
    const inputs = effort('inputs', 3_000);
    const random = Random.stream(seed, 'mutated');
    const failures: string[] = [];
    const counts = { inputs: 0, read: 0, refused: 0 };
    for (const reader of readers) {
      const [first] = reader.seeds;
      expect([reader.name, await taken(reader, first!)]).toEqual([reader.name, 'read']);
      for (let i = 0; i < inputs / readers.length; i++) {
        const [bytes, another] = [0, 1].map(() => reader.seeds[random.integer(reader.seeds.length)]!);
        const mutated = mutate(bytes!, random, another!);
        const outcome = await taken(reader, mutated);
        counts.inputs++;
        if (outcome === 'read' || outcome === 'refused') counts[outcome]++;
        else failures.push(`${reader.name}: ${outcome} ${Buffer.from(mutated).subarray(0, 200).toString('latin1')}`);
      }
      await writeFile(reader.path, first!);
    }
    tell('mutated inputs', { ...counts, failures: failures.length });
    expect(failures.slice(0, 20)).toEqual([]);
    expect(counts.refused).toBeGreaterThan(inputs / 10);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(process.memoryUsage().rss).toBeLessThan(MOST_MEMORY);
  });
});
