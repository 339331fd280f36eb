// Builds everything that ships. `--watch` rebuilds on change. Native packages stay outside the bundles.
import { rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as esbuild from 'esbuild';
import { collectTexts } from './scripts/collectTexts.mjs';

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

const builds = {
  // the shebang lets npm link the command line as `warmstart`; Node ignores it in the engine's main.js
  engine: {
    ...node,
    banner: { js: '#!/usr/bin/env node' },
    entryPoints: { cli: 'src/engine/cli.ts', main: 'src/engine/main.ts' },
  },
  // smaller, so that VS Code loads it sooner; names stay, for stack traces
  extension: {
    ...node,
    minifySyntax: true,
    minifyWhitespace: true,
    entryPoints: { extension: 'src/extension/extension.ts' },
  },
  webview: {
    ...node,
    platform: 'browser',
    minify: true,
    target: 'es2022',
    format: 'iife',
    external: [],
    outdir: 'dist/webview',
    entryPoints: { labelling: 'webview-ui/labelling/main.ts', charts: 'webview-ui/charts/main.ts' },
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

await writeJsonSchemas();
await collectTexts();

/** Derives the schemas that package.json contributes from those that check the files. */
async function writeJsonSchemas() {
  const outfile = 'dist/schemas/derive.cjs';
  await esbuild.build({
    ...node,
    metafile: false,
    logLevel: 'warning',
    outdir: undefined,
    outfile,
    sourcemap: false,
    entryPoints: ['src/shared/schema/jsonSchemas.ts'],
  });
  const { jsonSchemas } = createRequire(import.meta.url)(`./${outfile}`);
  for (const [name, schema] of Object.entries(jsonSchemas()))
    await writeFile(`dist/schemas/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
  await rm(outfile);
}
