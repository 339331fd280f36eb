import type { EngineJobs, JobProgress } from '../../shared/protocol/engine';

/** The engine as a status bar shows it. */
export type EngineStatus =
  /** Not needed yet, or ended on purpose. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  /** A job runs, and perhaps others wait for it. */
  | { readonly kind: 'busy'; readonly method: keyof EngineJobs; readonly progress: JobProgress | null }
  /** It ended by itself; the next request starts it again. */
  | { readonly kind: 'crashed'; readonly message: string };
