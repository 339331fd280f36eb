import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // there is no VS Code here; what its modules need of it to be tested without
  resolve: { alias: { vscode: fileURLToPath(new URL('test/unit/extension/vscodeStub.ts', import.meta.url)) } },
  test: {
    pool: 'forks', // native modules (onnxruntime-node, sharp) do not like worker threads
    testTimeout: 180_000,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/{unit,engine,crash,ui}/**/*.test.ts'],
          exclude: ['test/ui/workbench/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'workbench', // the packaged extension in a real VS Code; see test/run.mjs
          include: ['test/ui/workbench/*.test.ts'],
          fileParallelism: false,
          testTimeout: 400_000,
          hookTimeout: 600_000, // the first run fetches VS Code
        },
      },
    ],
  },
});
