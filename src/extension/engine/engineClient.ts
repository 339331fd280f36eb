import type { CancellationToken } from 'vscode';
import type { EngineJobs, EngineRequests, JobProgress } from '../../shared/protocol/engine';

/** The engine as the rest of the extension sees it. It is started by the first call, and again after a crash. */
export interface EngineClient {
  /** Starts the engine ahead of a question that will soon come; a failure is that question's to tell. */
  warmUp(): void;
  /** A quick question. Rejects with an `EngineError`, whose message is a sentence for people. */
  request<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M]['params'],
  ): Promise<EngineRequests[M]['result']>;
  /** Long work, one at a time; a second job waits for the first. Cancelling rejects within a second. */
  run<M extends keyof EngineJobs>(
    method: M,
    params: EngineJobs[M]['params'],
    watch: { readonly token?: CancellationToken; readonly report?: (progress: JobProgress) => void },
  ): Promise<EngineJobs[M]['result']>;
}
