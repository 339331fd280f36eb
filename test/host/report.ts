/** What one window's suites found; written by the window, read by the runner. */
export interface SuiteReport {
  readonly passed: readonly string[];
  readonly skipped: readonly string[];
  readonly failed: readonly { readonly name: string; readonly problem: string }[];
}

/** Names of the environment variables by which the runner tells a window what to do. */
export const suiteEnvironment = { window: 'WARMSTART_HOST_WINDOW', report: 'WARMSTART_HOST_REPORT' } as const;
