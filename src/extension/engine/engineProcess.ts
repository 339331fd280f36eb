import { type ChildProcess, fork } from 'node:child_process';
import {
  type CancellationToken,
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ProgressType,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { type HandshakeAnswer, type JobProgress, PROTOCOL_VERSION } from '../../shared/protocol/engine';
import { StderrTail } from '../../shared/stderrTail';
import { codeNamed, EngineError } from './engineError';
import type { EngineTexts } from './engineTexts';

const HANDSHAKE_PATIENCE = 60_000;
/** After its channel was closed the engine has so long (ms) to end by itself. */
const FAREWELL = 2_000;
/** The last words may come after the end of the process; they are waited for so long (ms). */
const LAST_WORDS = 300;
const LINES_SHOWN = 3;

const progressType = new ProgressType<JobProgress>();

export interface ProcessOptions {
  /** `dist/main.js`. */
  readonly program: string;
  /** Of the extension, for the engine's log. */
  readonly version: string;
  readonly texts: EngineTexts;
  /** Every line that the engine writes to stderr. */
  readonly onLine: (line: string) => void;
}

/** One engine process from its start to its end. */
export class EngineProcess {
  /** Resolves when the process has ended, with the error for those who still wait for an answer. */
  readonly ended: Promise<EngineError>;
  private readonly child: ChildProcess;
  private readonly connection: MessageConnection;
  private progressTokens = 0;
  private isClosing = false;

  constructor(private readonly options: ProcessOptions) {
    const { program, onLine } = options;
    this.child = fork(program, [], {
      execArgv: [], // a debugger of the extension must not stop the engine
      // the editor's own program runs as Node only when told so
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const tail = new StderrTail(onLine);
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => tail.add(text));
    this.ended = this.untilEnd(tail);
    this.connection = createMessageConnection(new IPCMessageReader(this.child), new IPCMessageWriter(this.child));
    this.connection.onError(() => {}); // the process's end says more
    this.connection.listen();
    void this.ended.then(() => this.connection.dispose()); // which rejects what is still pending
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** First exchange; throws when the engine can't be started or is of another version. */
  async greet(): Promise<HandshakeAnswer> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), HANDSHAKE_PATIENCE);
    try {
      return await this.ask('handshake', { protocol: PROTOCOL_VERSION, version: this.options.version });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a request; rejects with an EngineError when it fails or the process ends first. */
  async ask<R>(method: string, params: object, token?: CancellationToken): Promise<R> {
    try {
      return await this.connection.sendRequest<R>(method, params, ...(token ? [token] : []));
    } catch (error) {
      if (error instanceof ResponseError && error.code !== ErrorCodes.PendingResponseRejected)
        throw new EngineError(codeNamed(error.code), error.message);
      this.child.kill(); // the channel broke: it has ended, or nobody will ever hear its answer
      throw await this.ended;
    }
  }

  /** The same for a job, with its progress. */
  async askWatched<R>(
    method: string,
    params: object,
    token: CancellationToken | undefined,
    report: (progress: JobProgress) => void,
  ): Promise<R> {
    const progressToken = `job-${++this.progressTokens}`;
    const listener = this.connection.onProgress(progressType, progressToken, report);
    try {
      return await this.ask<R>(method, { ...params, progressToken }, token);
    } finally {
      listener.dispose();
    }
  }

  /** Closes the channel, on which the engine ends by itself. */
  close(): void {
    this.isClosing = true;
    if (this.child.connected) this.child.disconnect();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), FAREWELL);
    timer.unref();
    void this.ended.then(() => clearTimeout(timer));
  }

  private untilEnd(tail: StderrTail): Promise<EngineError> {
    const { texts } = this.options;
    return new Promise((resolve) => {
      this.child.on('error', (error) => {
        // any other error comes from a channel that breaks, and an exit follows
        if (this.child.pid === undefined) resolve(new EngineError('defect', texts.cannotStart(error.message)));
      });
      this.child.on('exit', async (code, signal) => {
        await Promise.race([
          new Promise((done) => this.child.stderr?.once('close', done)),
          new Promise((done) => setTimeout(done, LAST_WORDS)),
        ]);
        resolve(
          this.isClosing
            ? new EngineError('cancelled', texts.closed())
            : new EngineError('defect', texts.ended(signal ?? String(code), tail.lastWords(LINES_SHOWN))),
        );
      });
    });
  }
}
