/**
 * The hidden commands of the command line, each of which makes it a child process of the same program. `cli.ts` says what
 * code they run: this folder lies below all that starts processes.
 */
export type HiddenCommand =
  | 'engine-job'
  | 'benchmark-worker'
  | 'probe-device'
  | 'probe-accelerator'
  | 'perf-selection'
  | 'embed'
  | 'try-encoder';
