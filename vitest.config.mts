import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,engine,crash,ui}/**/*.test.ts'],
    pool: 'forks', // native modules (onnxruntime-node, sharp) do not like worker threads
    testTimeout: 180_000,
    reporters: ['default'],
  },
});
