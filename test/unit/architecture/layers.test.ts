import { builtinModules } from 'node:module';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { describe, expect, it } from 'vitest';
import { allImportsBelow, root } from './imports';

/** What each world may import besides itself; packages are checked below. */
const layers = {
  'src/shared': [],
  'src/sample': ['src/shared', 'src/engine/errors.ts', 'src/engine/job.ts', 'src/engine/numeric/random.ts'],
  'src/engine': ['src/shared', 'src/sample', 'package.json'],
  'src/extension': ['src/shared'],
  'webview-ui': ['src/shared'],
} as const;
type Layer = keyof typeof layers;

/** Modules that only one world has. */
const forbidden: Readonly<Record<Layer, (module: string) => boolean>> = {
  'src/shared': (module) => module === 'vscode' || isNode(module) || isNative(module),
  'src/sample': (module) => module === 'vscode' || module === 'onnxruntime-node',
  'src/engine': (module) => module === 'vscode',
  'src/extension': (module) => isNative(module),
  'webview-ui': (module) => module === 'vscode' || isNode(module) || isNative(module),
};
const isNode = (module: string) => module.startsWith('node:') || builtinModules.includes(module);
const isNative = (module: string) => module === 'onnxruntime-node' || module === 'sharp';

/** Every import as [importer, imported], also of types alone. */
const imports = (layer: Layer): [string, string][] =>
  [...allImportsBelow(layer)].flatMap(([file, imported]) => [...imported].map((one): [string, string] => [file, one]));

describe('the worlds', () => {
  for (const layer of Object.keys(layers) as Layer[])
    it(`${layer} imports only ${[...layers[layer], 'itself', 'packages'].join(', ')}`, () => {
      const all = imports(layer);
      const inside = (path: string, of: string) => path === of || path.startsWith(`${of}/`);
      const wrong = all.filter(([importer, imported]) => {
        if (!inside(importer, layer)) return false; // checked with its own layer
        const isSource = inside(imported, 'src') || inside(imported, 'webview-ui') || imported === 'package.json';
        if (isSource) return ![layer, ...layers[layer]].some((allowed) => inside(imported, allowed));
        return forbidden[layer](imported);
      });
      expect(wrong).toEqual([]);
    });

  it('draws synthetic faces for one command', () => {
    const all = imports('src/engine');
    const into = all.filter(([from, to]) => from.startsWith('src/engine/') && to.startsWith('src/sample/'));
    expect(into).toEqual([['src/engine/commands/sample.ts', 'src/sample/write.ts']]);
  });

  it('loads ONNX Runtime in one place, which turns its telemetry off before', () => {
    const all = imports('src/engine');
    const library = 'src/engine/runtime/onnx/library.ts';
    expect(all.filter(([, imported]) => imported === 'onnxruntime-node')).toEqual([[library, 'onnxruntime-node']]);
    expect(all.filter(([importer]) => importer === library)[0][1]).toBe('src/engine/runtime/onnx/silence.ts');
  });

  it('opens a dataset without any importer: a cache that is missing is made by a function that is handed in', async () => {
    const importers = /^src\/engine\/data\/(importers\/|buildImages|decode|dataset\/import)/;
    const reached = async (entry: string) => (await bundled(entry)).filter((path) => importers.test(path));
    expect(await reached('src/engine/data/dataset/open.ts')).toEqual([]);
    expect(await reached('src/engine/data/dataset/import.ts')).toContain('src/engine/data/importers/kdef.ts');
  });

  it('sees imports at all', () => {
    expect(imports('src/engine').some(([, imported]) => imported === 'onnxruntime-node')).toBe(true);
    expect(imports('webview-ui').length).toBeGreaterThan(0);
  });
});

/** The files that come along with one when it is loaded: types alone bring none. */
async function bundled(entry: string): Promise<string[]> {
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    outdir: 'unused',
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs);
}
