import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { projectFolder } from './folders';

/** A face as Human itself finds it: the probability, rounded to hundredths, and six points (eyes, nose, mouth, ears). */
export interface HumanFace {
  readonly boxScore: number;
  readonly mesh: readonly (readonly [x: number, y: number])[];
}

/** Human needs none of these where it computes on the CPU. */
const withoutGraphicsCards: Plugin = {
  name: 'without-graphics-cards',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /tfjs-backend-(webgl|wasm|webgpu)/ }, ({ path }) => ({ path, namespace: 'none' }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({
      contents: 'export const setWasmPaths = () => {}; export const version_webgl = "0";',
    }));
  },
};

/** Has Human's own package, which BlazeFace comes in, look for faces in 256 × 256 pixels, R, G, B. */
export async function facesOfHuman(folder: string, pixels: Uint8Array): Promise<readonly HumanFace[]> {
  const outfile = join(folder, 'human.cjs');
  await build({
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    outfile,
    plugins: [withoutGraphicsCards],
    stdin: {
      resolveDir: projectFolder,
      contents: `export { Human } from './node_modules/@vladmandic/human/dist/human.esm-nobundle.js';
        export { tensor4d } from '@tensorflow/tfjs-core/dist/index.js';`,
    },
  });
  const models = join(projectFolder, 'node_modules/@vladmandic/human/models');
  const server = createServer((request, response) => {
    void readFile(join(models, request.url!)).then((bytes) => response.end(bytes));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const { Human, tensor4d } = createRequire(import.meta.url)(outfile);
    const { port } = server.address() as { port: number };
    const off = { enabled: false };
    const human = new Human({
      backend: 'cpu',
      modelBasePath: `http://127.0.0.1:${port}/`,
      cacheModels: false,
      filter: off,
      face: {
        detector: { maxDetected: 50, minConfidence: 0.5, iouThreshold: 0.3, skipFrames: 0, skipTime: 0 },
        mesh: off,
        iris: off,
        description: off,
        emotion: off,
        antispoof: off,
        liveness: off,
      },
      body: off,
      hand: off,
      object: off,
      gesture: off,
      segmentation: off,
    });
    const { error, face } = await human.detect(tensor4d(Float32Array.from(pixels), [1, 256, 256, 3]));
    if (error) throw new Error(error);
    return face;
  } finally {
    server.close();
  }
}
