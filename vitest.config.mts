import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // there is no VS Code here; what its modules need of it to be tested without
  resolve: {
    alias: [
      { find: 'vscode', replacement: file('test/support/vscodeStub.ts') },
      // as in the bundle; what Node would load is made for old browsers and ten times slower
      ...['core', 'backend-cpu'].map((part) => ({
        find: new RegExp(`^@tensorflow/tfjs-${part}$`),
        replacement: file(`node_modules/@tensorflow/tfjs-${part}/dist/tf-${part}.fesm.js`),
      })),
    ],
  },
  test: {
    pool: 'forks', // native modules (onnxruntime-node, sharp) do not like worker threads
    testTimeout: 180_000,
    // a test that asserts nothing fails; machines that test are slow
    expect: { requireAssertions: true, poll: { timeout: 30_000 } },
    setupFiles: [file('test/support/guards.ts')],
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
