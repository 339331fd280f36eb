import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import manifest from '../../../package.json';
import texts from '../../../package.nls.json';
import { strategies, strategyNamed } from '../../../src/engine/strategies/registry';
import { CHARTS_VIEW } from '../../../src/extension/charts/chartPanels';
import { commands } from '../../../src/extension/commands/table';
import { contextKeys } from '../../../src/extension/contextKeys';
import { GALLERY_VIEW } from '../../../src/extension/gallery/galleryPanels';
import { LABELLING_VIEW } from '../../../src/extension/labelling/labellingPanels';
import { ROUND_VIEW } from '../../../src/extension/rounds/roundPanels';
import { DATASETS_VIEW } from '../../../src/extension/views/datasetsTree';
import { jsonSchemas } from '../../../src/shared/schema/jsonSchemas';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const { contributes } = manifest;

/** Every string in a value. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

/** Source of the extension, file by file. */
const sources = readdirSync(join(root, 'src/extension'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(root, 'src/extension', file), 'utf8'));

type Property = {
  readonly default: string | number | boolean;
  readonly enum?: string[];
  readonly markdownDescription: string;
};
const properties: Record<string, Property> = Object.assign(
  {},
  ...contributes.configuration.map((section) => section.properties),
);

describe('package.json', () => {
  it('has a handler for every command, and a command for every handler', () => {
    const declared = contributes.commands.map(({ command }) => command);
    expect(new Set(declared).size).toBe(declared.length);
    expect(declared.sort()).toEqual(Object.keys(commands).sort());
  });

  it('puts every command of ours that it mentions in its list', () => {
    const declared = new Set(Object.keys(commands));
    const inMenus = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
    const links = strings(texts).flatMap((text) => [...text.matchAll(/command:(warmstart\.\w+)/g)].map(([, id]) => id));
    const inCode = sources.flatMap((text) =>
      [...text.matchAll(/(?:executeCommand\(|command(?::| =)) '(warmstart\.\w+)'/g)].map(([, id]) => id),
    );
    expect(inCode.length).toBeGreaterThan(3);
    expect([...inMenus, ...links, ...inCode].filter((id) => !declared.has(id))).toEqual([]);
  });

  it('resolves every %key%, and has no text that nothing shows', () => {
    const keys = strings({ contributes, capabilities: manifest.capabilities }).flatMap((text) =>
      /^%(.+)%$/.test(text) ? [text.slice(1, -1)] : [],
    );
    expect([...new Set(keys)].sort()).toEqual(Object.keys(texts).sort());
  });

  it('gives commands a category and a title in title case without emoji', () => {
    for (const { title, category } of contributes.commands) {
      expect(category).toBe('%command.category%');
      expect(texts[title.slice(1, -1) as keyof typeof texts]).toMatch(/^[A-Z][\w\- ]*…?$/);
    }
  });

  it('asks in `when` only for keys that something sets', () => {
    const all = strings([contributes.menus, contributes.viewsWelcome, contributes.commands, contributes.walkthroughs]);
    const asked = all.flatMap((text) => [...text.matchAll(/(?<![\w/.:#])!?(warmstart\.\w+)/g)].map(([, key]) => key));
    const views: string[] = [DATASETS_VIEW, GALLERY_VIEW];
    const isKey = (name: string) => !Object.keys(commands).includes(name) && !views.includes(name);
    const events = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap(({ completionEvents }) => completionEvents.filter((event) => event.startsWith('onContext:'))),
    );
    const keys = [...asked.filter(isKey), ...events.map((event) => event.slice('onContext:'.length))];
    expect(keys.length).toBeGreaterThan(5);
    expect(keys.filter((key) => !(contextKeys as readonly string[]).includes(key))).toEqual([]);
    expect(sources.filter((text) => /'setContext'/.test(text))).toHaveLength(1);
  });

  it('asks in `viewItem` only for what tree items are', () => {
    const source = ['treeItem', 'encoderLook']
      .map((name) => readFileSync(join(root, `src/extension/views/${name}.ts`), 'utf8'))
      .join('\n');
    const contexts = [
      'dataset',
      'broken',
      'problem',
      'rounds',
      'rounds.stale',
      'benchmarks',
      'benchmark',
      'benchmark.unfinished',
    ].concat(['round.open', 'round.done', 'encoder.none', 'encoder.stopped', 'encoder.done', 'encoder.running']);
    for (const context of contexts) expect(source).toContain(`'${context}'`);
    for (const { when } of contributes.menus['view/item/context']) {
      const [, exact] = /viewItem == ([\w.]+)/.exec(when) ?? [];
      const [, pattern] = /viewItem =~ \/(.+)\//.exec(when) ?? [];
      if (exact !== undefined) expect(contexts).toContain(exact);
      else expect(contexts.some((context) => new RegExp(pattern).test(context))).toBe(true);
    }
  });

  it('names files that are there', () => {
    const files = strings([manifest.icon, contributes.viewsContainers, contributes.views, contributes.walkthroughs]);
    const media = files.filter((text) => text.startsWith('media/'));
    expect(media.length).toBeGreaterThan(5);
    expect(media.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('has its panels restored', () => {
    for (const view of [LABELLING_VIEW, GALLERY_VIEW, ROUND_VIEW, CHARTS_VIEW])
      expect(manifest.activationEvents).toContain(`onWebviewPanel:${view}`);
  });

  it('says of strategies what the engine says of them, and is checked for it', async () => {
    const check = (folder: string) =>
      spawnSync(process.execPath, ['scripts/manifest.mjs', '--check', folder], { cwd: root, encoding: 'utf8' });
    expect(check(root)).toMatchObject({ status: 0, stderr: '' });
    const copy = await mkdtemp(join(tmpdir(), 'warmstart-manifest-'));
    onTestFinished(() => rm(copy, { recursive: true }));
    for (const file of [
      'package.json',
      'package.nls.json',
      'src/extension/strategies.ts',
      'src/shared/strategyTitles.ts',
    ])
      await cp(join(root, file), join(copy, file));
    const without = readFileSync(join(root, 'package.json'), 'utf8').replace(/^ *"badge",\n/m, '');
    await writeFile(join(copy, 'package.json'), without);
    expect(check(copy)).toMatchObject({
      status: 1,
      stderr:
        'What is said about strategies in package.json is not what the engine\'s registry says; run "npm run manifest" and keep what it writes.\n',
    });
  });

  it('takes as hybrids what the engine takes', () => {
    const schema = z.fromJSONSchema(properties['warmstart.strategySequence']);
    const names = [...strategies.keys()];
    const hybrids = names.map((name, i) => `${name}-until-${i + 1}-then-${names[(i + 1) % names.length]}`);
    expect(schema.safeParse('').success).toBe(true); // none
    for (const name of [...hybrids, 'random-until-9-then-maxHerding-until-70-then-badge']) {
      expect(strategyNamed(name).name).toBeTruthy();
      expect(schema.safeParse(name).success, name).toBe(true);
    }
    const bad = ['maxherding', 'maxHerding, margin', 'maxHerding-until-35', 'herding-until-35-then-margin'].concat([
      'maxHerding-until-0-then-margin',
      'maxHerding-until-x-then-margin',
      'maxHerding-until-35-then-other',
    ]);
    for (const name of bad) {
      expect(() => strategyNamed(name), name).toThrow();
      expect(schema.safeParse(name).success, name).toBe(false);
    }
  });

  it('describes every setting, and the code reads each of them', () => {
    const code = sources.join('\n');
    for (const [name, { markdownDescription }] of Object.entries(properties)) {
      expect(markdownDescription).toMatch(/^%.+%$/);
      expect(code).toContain(`'${name.slice('warmstart.'.length)}'`);
    }
  });
});

describe('JSON schemas', () => {
  it('derive for every kind of file that package.json names', () => {
    const schemas = jsonSchemas();
    const named = contributes.jsonValidation.map(
      ({ url }) => /^\.\/dist\/schemas\/(\w+)\.schema\.json$/.exec(url)?.[1],
    );
    expect(named.sort()).toEqual(Object.keys(schemas).sort());
    const versions: Readonly<Record<string, object>> = {
      round: { type: 'integer', minimum: 1, maximum: 3 },
      results: { type: 'integer', minimum: 1, maximum: 3 },
    };
    for (const [name, schema] of Object.entries(schemas))
      expect(schema).toMatchObject({
        type: 'object',
        additionalProperties: false,
        properties: { schema: versions[name] ?? { const: 1 } },
      });
  });

  it('match the files that Warmstart writes, and no others', () => {
    const matching = (path: string) =>
      contributes.jsonValidation
        .filter(({ fileMatch }) => new RegExp(`(^|/)${fileMatch.replaceAll('*', '[^/]*')}$`).test(path))
        .map(({ url }) => url.split('/').at(-1));
    expect(matching('w/warmstart/faces/dataset.json')).toEqual(['dataset.schema.json']);
    expect(matching('w/warmstart/faces/labels/ana.json')).toEqual(['labels.schema.json']);
    expect(matching('w/warmstart/faces/settlements/ana.json')).toEqual(['settlements.schema.json']);
    expect(matching('w/warmstart/faces/benchmarks/b/report.json')).toEqual(['report.schema.json']);
    expect(matching('w/other/faces/dataset.json')).toEqual([]);
  });
});
