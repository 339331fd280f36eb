import { cancelledError } from '../errors';
import { type FromChild, type ToChild, toWire } from './wire';

/** What an order comes with. */
export interface Errand<Report> {
  /** Is aborted when the work is not wanted any more. */
  readonly signal: AbortSignal;
  report(report: Report): void;
}

/**
 * The child's side of `Child`: answers the orders of its parent until it sends no more, and then returns. When the parent
 * goes away, however that came about, the work is asked to stop; after `farewell` milliseconds the process ends without it.
 */
export async function serveParent<Order, Answer, Report = never>(
  work: (order: Order, errand: Errand<Report>) => Promise<Answer>,
  { farewell = 0 } = {},
): Promise<void> {
  const abort = new AbortController();
  const stop = () => abort.abort(cancelledError());
  const report = (report: Report) => void send<Answer, Report>({ kind: 'report', report });
  process.stderr.on('error', () => {}); // nobody listens any more
  // a terminal sends them to all of us; the parent decides
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  let isBusy = false;
  let isEnough = false;
  await new Promise<void>((resolve) => {
    const answer = async (order: Order) => {
      isBusy = true;
      const reply = await work(order, { signal: abort.signal, report }).then(
        (answer): FromChild<Answer, Report> => ({ kind: 'answer', answer }),
        // whatever broke while stopping broke because of the stop
        (error): FromChild<Answer, Report> => ({
          kind: 'failed',
          failure: toWire(abort.signal.aborted ? cancelledError() : error),
        }),
      );
      await send(reply);
      isBusy = false;
      if (isEnough) resolve();
    };
    const enough = () => {
      isEnough = true;
      if (!isBusy) resolve();
    };
    process.on('disconnect', () => {
      stop();
      setTimeout(() => process.exit(1), farewell);
      enough();
    });
    process.on('message', (message: ToChild<Order>) => {
      if (message.kind === 'order') return void answer(message.order);
      if (message.kind === 'stop') stop();
      enough();
    });
    if (!process.connected) enough();
  });
}

/** Returns when the message has left the process, or nobody is there to take it. */
async function send<Answer, Report>(message: FromChild<Answer, Report>): Promise<void> {
  if (process.connected) await new Promise((resolve) => process.send?.(message, resolve));
}
