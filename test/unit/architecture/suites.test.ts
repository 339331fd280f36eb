import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../support/folders';

const suites = ['unit', 'engine', 'crash', 'host', 'ui', 'perf'];

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every import of a file of ours in a folder of test/, of types too; paths from the project's folder. */
function imports(folder: string): Import[] {
  const files = readdirSync(join(projectFolder, 'test', folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.m?ts$|\.mjs$/.test(file))
    .flatMap((file) => {
      const from = join('test', folder, file);
      const text = readFileSync(join(projectFolder, from), 'utf8');
      const found = text.matchAll(/(?:^|\s)(?:from|import)[\s(]+'(\.[^']*)'/g);
      return [...found].map(([, path = '']) => ({ from, to: normalize(join(from, '..', path)) }));
    });
}

const inside = (path: string, folder: string): boolean => path.startsWith(join(folder, '/'));

describe('the tests', () => {
  it.each(suites)('of %s import nothing of another suite', (suite) => {
    const ways = imports(suite).filter(({ to }) => inside(to, 'test'));
    expect(ways.filter(({ to }) => !inside(to, `test/${suite}`) && !inside(to, 'test/support'))).toEqual([]);
    expect(ways.length).toBeGreaterThan(0);
  });

  it('share what knows no suite', () => {
    const ways = imports('support').filter(({ to }) => inside(to, 'test'));
    expect(ways.filter(({ to }) => !inside(to, 'test/support'))).toEqual([]);
  });

  it('are all in one of them', () => {
    const folders = readdirSync(join(projectFolder, 'test'), { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(names.sort()).toEqual([...suites, 'fixtures', 'support'].sort());
  });
});
