import {
  type CancellationToken,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ProgressType,
  ResponseError,
} from 'vscode-jsonrpc/node';
import {
  type EngineJobs,
  type EngineRequests,
  engineErrorCodes,
  type JobProgress,
  type Watched,
} from '../../shared/protocol/engine';
import { describeFailure, type Failure, KnownFailure } from '../describeFailure';
import { usageError } from '../errors';
import { jobFailure, startJob } from './jobChild';
import { JobQueue } from './jobQueue';
import { checked, jobParameters, requestParameters } from './parameters';
import { requestTable } from './requests';
import { Thumbnailer } from './thumbnailer';

const progressType = new ProgressType<JobProgress>();

/**
 * The engine as a server over this process's channel. Requests are answered here, jobs by processes of their own, so that
 * this one is never busy. It ends when the channel closes, however that came about. `program` is the command line.
 */
export function serve(program: string): void {
  process.stderr.on('error', () => {}); // nobody listens any more
  process.on('disconnect', () => process.exit(0));
  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  const dispatch = dispatcher(program, connection);
  connection.onRequest(async (method, params, token) => {
    try {
      return await dispatch(method, params, token);
    } catch (error) {
      const { code, message } = failureOf(error);
      return new ResponseError(engineErrorCodes[code], message);
    }
  });
  connection.listen();
}

/** Code and sentence of anything that was thrown; where an error comes from that nobody foresaw goes to the log. */
function failureOf(error: unknown): Failure {
  const failure = describeFailure(error, 'the log says where');
  if (failure.code === 'defect' && !(error instanceof KnownFailure)) console.error(error);
  return failure;
}

function dispatcher(program: string, connection: MessageConnection) {
  const queue = new JobQueue(program);
  const thumbnailer = new Thumbnailer(program);
  const requests = requestTable(
    (method, params) =>
      startJob(program, method, params).result.catch((error) => {
        throw jobFailure(method, error);
      }),
    (files) => thumbnailer.make(files),
  );
  let isGreeted = false;

  async function answer<M extends keyof EngineRequests>(method: M, params: unknown) {
    const result = await requests[method](checked(method, requestParameters[method], params));
    isGreeted ||= method === 'handshake';
    return result;
  }

  async function run<M extends keyof EngineJobs>(method: M, params: unknown, cancel: CancellationToken) {
    const { progressToken } = (params ?? {}) as Watched;
    const report = (progress: JobProgress) => {
      if (progressToken !== undefined) void connection.sendProgress(progressType, progressToken, progress);
    };
    return queue.run(method, checked(method, jobParameters[method], params), signalOf(cancel), report);
  }

  return async (method: string, params: unknown, cancel: CancellationToken): Promise<unknown> => {
    if (!isGreeted && method !== 'handshake')
      throw new KnownFailure('protocol', `The engine was asked for "${method}" before the handshake; greet it first.`);
    if (isIn(requestParameters, method)) return answer(method, params);
    if (isIn(jobParameters, method)) return run(method, params, cancel);
    throw usageError(`The engine knows no request "${method}"; reload the window so that both come from one version.`);
  };
}

const isIn = <T extends object>(table: T, name: string): name is Extract<keyof T, string> => Object.hasOwn(table, name);

function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  if (token.isCancellationRequested) abort.abort();
  else token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}
