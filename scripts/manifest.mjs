// What package.json, package.nls.json, the extension and charts say about strategies, from the engine's registry: `npm run
// manifest` writes it, `--check` (part of `npm run lint`) only compares. A folder named last stands for the project's.
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

/**
 * @typedef {{ name: string, title: string, hint: string, about: string, source?: string, note?: string }} Listed
 * @typedef {{ offered: readonly Listed[], DEFAULT_STRATEGY: string }} Registry
 */

const project = fileURLToPath(new URL('..', import.meta.url));
const TEXT = 'setting.strategy.';

const args = process.argv.slice(2);
const checking = args.includes('--check');
const root = args.find((arg) => !arg.startsWith('--')) ?? project;

const registry = await loadRegistry();
/** @type {Record<string, (registry: Registry, before: string) => string>} */
const files = {
  'package.json': writeManifest,
  'package.nls.json': writeTexts,
  'src/extension/strategies.ts': writeChoices,
  'src/shared/strategyTitles.ts': writeTitles,
};
const stale = [];
for (const [file, written] of Object.entries(files)) {
  const path = join(root, file);
  const before = await readFile(path, 'utf8');
  const after = written(registry, before);
  if (after === before) continue;
  stale.push(file);
  if (!checking) await writeFile(path, after);
}
if (checking && stale.length > 0) {
  console.error(
    `What is said about strategies in ${stale.join(', ')} is not what the engine's registry says; run "npm run manifest" and keep what it writes.`,
  );
  process.exitCode = 1;
} else console.log(stale.length === 0 ? 'Nothing to change.' : `Written: ${stale.join(', ')}`);

/** @returns {Promise<Registry>} */
async function loadRegistry() {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: project,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
    write: false,
    external: ['onnxruntime-node'],
    entryPoints: ['src/engine/strategies/registry.ts'],
  });
  /** @type {{ exports: any }} */
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  return module.exports;
}

/**
 * The settings `warmstart.strategy` (default, choices, what each is) and `warmstart.strategySequence` (which names there are).
 * @param {Registry} registry
 * @param {string} text
 */
function writeManifest({ offered, DEFAULT_STRATEGY }, text) {
  const manifest = JSON.parse(text);
  /** @type {{ properties: Record<string, Record<string, unknown>> }[]} */
  const sections = manifest.contributes.configuration;
  const properties = Object.assign({}, ...sections.map((section) => section.properties));
  const names = offered.map(({ name }) => name);
  const one = `(${names.join('|')})`;
  Object.assign(properties['warmstart.strategy'], {
    default: DEFAULT_STRATEGY,
    enum: names,
    enumItemLabels: offered.map(({ title }) => title),
    markdownEnumDescriptions: names.map((name) => `%${TEXT}${name}%`),
  });
  properties['warmstart.strategySequence'].pattern = `^$|^${one}(-until-[1-9]\\d*-then-${one})+$`;
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * What the settings say about each strategy, in the place of what was there.
 * @param {Registry} registry
 * @param {string} text
 */
function writeTexts({ offered }, text) {
  const before = Object.entries(JSON.parse(text));
  const at = before.findIndex(([key]) => key.startsWith(TEXT));
  const after = before.filter(([key]) => !key.startsWith(TEXT));
  for (const [i, strategy] of offered.entries())
    after.splice((at < 0 ? before.length : at) + i, 0, [TEXT + strategy.name, sentences(strategy)]);
  return `${JSON.stringify(Object.fromEntries(after), null, 2)}\n`;
}

/** @param {Listed} strategy */
function sentences({ title, about, source, note }) {
  return `${title}: ${about}${source ? ` (${source})` : ''}.${note ? ` ${note}` : ''}`;
}

/**
 * The strategies as the extension lists them, which may not import the engine.
 * @param {Registry} registry
 */
function writeChoices({ offered, DEFAULT_STRATEGY }) {
  const choices = offered.map(
    ({ name, title, hint }) =>
      `{ name: ${quoted(name)}, title: l10n.t(${quoted(title)}), description: l10n.t(${quoted(hint)}) },`,
  );
  const source = `// Written by \`npm run manifest\` from the engine's registry of strategies.
import { l10n } from 'vscode';

/** Query strategies as people choose among them. */
export interface StrategyChoice {
  /** As files and the engine name it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** Taken by people who have no wish of their own. */
export const DEFAULT_STRATEGY = ${quoted(DEFAULT_STRATEGY)};

/** In the order in which they are offered. */
export const strategyChoices = (): readonly StrategyChoice[] => [
${choices.join('\n')}
];
`;
  return formatted('src/extension/strategies.ts', source);
}

/**
 * The names that people read, for charts and reports, which may import neither. Their order decides their colours.
 * @param {Registry} registry
 */
function writeTitles({ offered }) {
  const titles = offered.map(({ name, title }) => `${name}: ${quoted(title)},`);
  return formatted(
    'src/shared/strategyTitles.ts',
    `// Written by \`npm run manifest\` from the engine's registry of strategies.

/** What people read instead of the names in files, in the order in which strategies are offered; it decides their colours. */
export const strategyTitles: Readonly<Record<string, string>> = {
${titles.join('\n')}
};
`,
  );
}

/**
 * @param {string} file
 * @param {string} source
 */
function formatted(file, source) {
  const biome = join(project, 'node_modules/@biomejs/biome/bin/biome');
  const run = spawnSync(process.execPath, [biome, 'format', `--stdin-file-path=${file}`], {
    cwd: project,
    input: source,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
