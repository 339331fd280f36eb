// Builds everything that ships. `--watch` rebuilds on change. Native packages stay outside the bundles.
import { rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { collectTexts } from './scripts/collectTexts.mjs';
import { copyEncoderFiles } from './scripts/encoderFiles.mjs';

const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const node = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  metafile: true,
  logLevel: 'info',
  outdir: 'dist',
  external: ['vscode', 'onnxruntime-node', 'sharp'],
};

/** Parts of the extension that are loaded with `import()`, after the activation: each is a file of its own. */
const laterParts = {
  afterActivation: 'src/extension/afterActivation.ts',
  engineProcess: 'src/extension/engine/engineProcess.ts',
};

/** The same for the engine: TensorFlow.js with its plain backend, which hardly anyone needs. */
const laterEngineParts = { tensorflowCpu: 'src/engine/runtime/tensorflow/cpuBackend.ts' };

/**
 * Keeps such parts out of the bundles that load them.
 * @returns {import('esbuild').Plugin}
 */
const loadLater = (laterParts) => ({
  name: 'load-later',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = `${resolve(resolveDir, path)}.ts`;
      const part = Object.keys(laterParts).find((name) => resolve(laterParts[name]) === file);
      return part === undefined ? undefined : { path: `./${part}.js`, external: true };
    });
  },
});

/** @type {Record<string, import('esbuild').BuildOptions>} */
const builds = {
  // the shebang lets npm link the command line as `warmstart`; Node ignores it in the engine's main.js
  engine: {
    ...node,
    banner: { js: '#!/usr/bin/env node' },
    plugins: [loadLater(laterEngineParts)],
    entryPoints: {
      cli: 'src/engine/cli.ts',
      main: 'src/engine/main.ts',
      replica: 'src/engine/runtime/onnx/replicas/replicaWorker.ts',
    },
  },
  engineParts: {
    ...node,
    minify: true,
    mainFields: ['module', 'main'], // modules, of which only the used parts are taken
    entryPoints: laterEngineParts,
  },
  // smaller, so that VS Code loads it sooner; names stay, for stack traces
  extension: {
    ...node,
    minifySyntax: true,
    minifyWhitespace: true,
    supported: { 'dynamic-import': false }, // `vscode` is there for those who require it
    plugins: [loadLater(laterParts)],
    entryPoints: { extension: 'src/extension/extension.ts', ...laterParts },
  },
  webview: {
    ...node,
    platform: 'browser',
    minify: true,
    target: 'es2022',
    format: 'iife',
    external: [],
    outdir: 'dist/webview',
    entryPoints: {
      labelling: 'webview-ui/labelling/main.ts',
      gallery: 'webview-ui/gallery/main.ts',
      charts: 'webview-ui/charts/main.ts',
      round: 'webview-ui/round/main.ts',
      importing: 'webview-ui/importing/main.ts',
    },
  },
};

for (const [name, options] of Object.entries(builds)) {
  if (watch) {
    const context = await esbuild.context(options);
    await context.watch();
  } else {
    const { metafile } = await esbuild.build(options);
    await writeFile(`dist/${name}.meta.json`, JSON.stringify(metafile));
  }
}

await copyEncoderFiles();
await writeJsonSchemas();
await collectTexts();

/** Derives the schemas that package.json contributes from those that check the files. */
async function writeJsonSchemas() {
  const outfile = 'dist/schemas/derive.cjs';
  await esbuild.build({
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
    outfile,
    entryPoints: ['src/shared/schema/jsonSchemas.ts'],
  });
  const { jsonSchemas } = createRequire(import.meta.url)(`./${outfile}`);
  for (const [name, schema] of Object.entries(jsonSchemas()))
    await writeFile(`dist/schemas/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
  await rm(outfile);
}
