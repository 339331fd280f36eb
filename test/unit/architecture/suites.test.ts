import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsBelow, root } from './imports';

const suites = ['unit', 'engine', 'crash', 'host', 'ui', 'perf'];

/** Every import of a file of test/, as [from, to]. */
const imports = [...importsBelow('test')].flatMap(([from, all]) => [...all].map((to): [string, string] => [from, to]));
const inside = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);
/** Those that leave a folder of test/ for another one. */
const leaving = (folder: string) =>
  imports.filter(([from, to]) => inside(from, folder) && inside(to, 'test') && !inside(to, folder));

describe('the tests', () => {
  it.each(suites)('of %s import nothing of another suite', (suite) => {
    const shared = leaving(`test/${suite}`).filter(([, to]) => inside(to, 'test/support'));
    expect(leaving(`test/${suite}`)).toEqual(shared);
    expect(shared.length).toBeGreaterThan(0);
  });

  it('share what knows no suite', () => {
    expect(leaving('test/support')).toEqual([]);
  });

  it('are all in one of them', () => {
    const folders = readdirSync(join(root, 'test'), { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(names.sort()).toEqual([...suites, 'fixtures', 'support'].sort());
  });
});
