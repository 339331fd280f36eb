import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // there is no VS Code here; what its modules need of it to be tested without
  resolve: { alias: { vscode: fileURLToPath(new URL('test/unit/extension/vscodeStub.ts', import.meta.url)) } },
  test: {
    include: ['test/{unit,engine,crash,ui}/**/*.test.ts'],
    pool: 'forks', // native modules (onnxruntime-node, sharp) do not like worker threads
    testTimeout: 180_000,
    reporters: ['default'],
  },
});
