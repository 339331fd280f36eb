import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circles, grouped, importsBelow, root } from './imports';

/**
 * The floors of the engine, highest first. A room (a folder, or a file beside them) knows rooms of lower floors only;
 * those of one floor do not know each other.
 */
const floors: readonly (readonly string[])[] = [
  ['cli', 'main'],
  ['commandLine', 'server'],
  ['commands'],
  ['benchmark', 'perf'],
  ['rounds'],
  ['pretrain', 'select'],
  ['strategies'],
  ['learner'],
  ['features', 'faces'],
  ['encoders'],
  ['geometry'],
  ['runtime'],
  ['augment', 'process'],
  ['data'],
  ['store'],
  ['network'],
  ['numeric', 'text', 'pacer', 'describeFailure', 'granted'],
  ['job'],
  ['errors'],
];

const engine = importsBelow('src/engine');
const rooms = grouped(engine, (file) => /^src\/engine\/([^/]+?)(?:\.ts|\/.*)$/.exec(file)?.[1] ?? null);
const floorOf = new Map(floors.flatMap((names, i) => names.map((name) => [name, floors.length - i] as const)));
const height = (room: string): number => floorOf.get(room) ?? Number.NaN;

describe('the folders of the engine', () => {
  it('each have a floor', () => {
    expect([...rooms.keys()].sort()).toEqual([...floorOf.keys()].sort());
  });

  it('know only lower floors', () => {
    const arrows = [...rooms].flatMap(([from, to]) => [...to].map((other) => [from, other] as const));
    expect(arrows.length).toBeGreaterThan(100);
    expect(arrows.filter(([from, to]) => !(height(from) > height(to)))).toEqual([]);
  });

  it('stand in docs/architecture.md as they are (`npm run floors` draws them anew)', async () => {
    const document = readFileSync(join(root, 'docs/architecture.md'), 'utf8').replaceAll('\r\n', '\n');
    const drawn = document.replace(/(<!-- floors -->\n)[\s\S]*?(\n<!-- end -->)/, `$1\`\`\`\n${drawing()}\n\`\`\`$2`);
    await expect(drawn).toMatchFileSnapshot(join(root, 'docs/architecture.md'));
  });

  it('are all described there', () => {
    const document = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    const folders = readdirSync(join(root, 'src/engine'), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.filter((name) => !document.includes(`\`${name}/\``) && !document.includes(`/${name}/\``))).toEqual(
      [],
    );
  });
});

describe('all our files', () => {
  it('import each other without circles, types included', () => {
    expect(circles(new Map([...importsBelow('src'), ...importsBelow('webview-ui')]))).toEqual([]);
  });

  for (const world of ['src/shared', 'src/sample', 'src/extension', 'webview-ui'])
    it(`of ${world} stand in folders without circles`, () => {
      const inside = new RegExp(`^${world}/([^/]+)`);
      const folders = grouped(importsBelow(world), (file) => inside.exec(file)?.[1] ?? null);
      expect(folders.size).toBeGreaterThan(2);
      expect(circles(folders)).toEqual([]);
    });
});

it('finds circles where there are some', () => {
  const graph = { a: ['b'], b: ['c'], c: ['a', 'd'], d: [] };
  expect(circles(new Map(Object.entries(graph).map(([from, to]) => [from, new Set(to)])))).toEqual([['a', 'b', 'c']]);
});

/** A line a room: its floor, its name, and what it knows, the highest first. */
function drawing(): string {
  const wide = Math.max(...[...rooms.keys()].map((room) => room.length));
  return floors
    .flatMap((names, i) =>
      names.map((room, place) => {
        const known = [...(rooms.get(room) ?? [])].sort((a, b) => height(b) - height(a) || (a < b ? -1 : 1));
        const floor = place === 0 ? String(floors.length - i) : '';
        return `${floor.padStart(2)}  ${room.padEnd(wide)}  ${known.length > 0 ? `→ ${known.join(' ')}` : ''}`.trimEnd();
      }),
    )
    .join('\n');
}
