import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { StderrTail } from '../../shared/stderrTail';
import type { HiddenCommand } from './commands';
import { crashed, type Ended, lossError } from './ended';
import { type FromChild, fromWire, type ToChild } from './wire';

/** After its end, what is still on its way from a process is waited for so long (ms). */
const LAST_WORDS = 2_000;

export interface ChildOptions {
  readonly command: HiddenCommand;
  /** The command line's bundle, beside which this code lies in the one that ships. */
  readonly program?: string;
  /** Variables that it has otherwise than this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** A process that neither answers nor reports within so many milliseconds hangs, and is killed; by default never. */
  readonly patience?: number;
  /** After a stop, or when it is not needed any more, it has so many milliseconds to end; then it is killed. */
  readonly grace: number;
  /** Is told every line that it writes to stderr. */
  readonly onLine?: (line: string) => void;
}

interface Question<Answer, Report> {
  answer(answer: Answer): void;
  fail(error: Error): void;
  report(report: Report): void;
}

/**
 * A child process of this program, which answers orders one after another; its side is `serveParent`. It stays in the
 * process group of its parent, so that whoever ends the group ends both, and ends by itself when the channel to its parent
 * closes, however that came about: none is ever left running alone.
 */
export class Child<Order, Answer, Report = never> {
  /** Resolves when the process has gone and the machine is free again. */
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;
  private readonly tail: StderrTail;
  private question: Question<Answer, Report> | null = null;
  /** How long it was waited for before it was killed; null while it was not. */
  private waited: number | null = null;

  constructor(private readonly options: ChildOptions) {
    const { command, program = join(__dirname, 'cli.js'), env, onLine } = options;
    this.child = spawn(process.execPath, [program, command], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // the editor's own program runs as Node only when told so
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...env },
      windowsHide: true,
    });
    this.tail = new StderrTail(onLine);
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => this.tail.add(text));
    this.child.on('message', (message) => this.hear(message as FromChild<Answer, Report>));
    this.ended = this.untilEnd();
  }

  /**
   * Sends an order and returns the answer to it.
   * @throws what the child threw; ProcessLost, or NativeCrash, when it ends without an answer.
   */
  async ask(order: Order, report: (report: Report) => void = () => {}): Promise<Answer> {
    const { patience } = this.options;
    const timer = patience === undefined ? undefined : this.killAfter(patience);
    try {
      return await new Promise<Answer>((answer, fail) => {
        const alive = (news: Report) => {
          timer?.refresh();
          report(news);
        };
        this.question = { answer, fail, report: alive };
        this.send({ kind: 'order', order });
        void this.ended.then((end) => fail(lossError(end.kind === 'answered' ? crashed(0, null, this.tail) : end)));
      });
    } finally {
      clearTimeout(timer);
      this.question = null;
    }
  }

  /** Asks it to give up its work and end; a process that does not is killed. */
  stop(): void {
    this.send({ kind: 'stop' });
    this.killAfter(this.options.grace);
  }

  /** Lets it end: there are no more orders. */
  release(): void {
    this.send({ kind: 'enough' });
    this.killAfter(this.options.grace);
  }

  private killAfter(milliseconds: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return; // it has, just now
      this.waited = milliseconds;
      this.child.kill('SIGKILL');
    }, milliseconds);
    void this.ended.then(() => clearTimeout(timer));
    return timer;
  }

  private send(message: ToChild<Order>): void {
    if (this.child.connected) this.child.send(message, () => {}); // a failure is told by its end
  }

  private hear(message: FromChild<Answer, Report>): void {
    const { question } = this;
    if (!question) return;
    if (message.kind === 'report') question.report(message.report);
    else {
      this.question = null;
      if (message.kind === 'answer') question.answer(message.answer);
      else question.fail(fromWire(message.failure));
    }
  }

  private async untilEnd(): Promise<Ended> {
    const { child, tail } = this;
    const failure = await new Promise<Error | null>((resolve) => {
      const onEnd = () => resolve(null);
      child.on('error', (error) => child.pid === undefined && resolve(error));
      child.on('close', onEnd); // after its last words and messages
      child.on('exit', () => setTimeout(onEnd, LAST_WORDS).unref()); // or somebody holds on to its stderr
    });
    tail.end();
    if (failure) return { kind: 'unstarted', reason: failure.message };
    if (this.waited !== null) return { kind: 'silent', waited: this.waited };
    if (!this.question && child.exitCode === 0) return { kind: 'answered' };
    return crashed(child.exitCode, child.signalCode, tail);
  }
}
