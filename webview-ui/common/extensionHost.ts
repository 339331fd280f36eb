import { fitting, fromExtension, UnfitMessage } from '../../src/shared/protocol/messages';
import { type PageMessages, type PageMethods, Questions } from '../../src/shared/protocol/page';

/** The extension, as a page sees it. */
export interface ExtensionHost<M extends PageMethods<M>, L> {
  /** Calls a method; rejects with an `Error` whose message is a sentence for people. */
  request<K extends keyof M>(method: K, params: M[K]['params']): Promise<M[K]['result']>;
  /** What `keep` kept, also over a reload of the window; undefined at first. */
  readonly kept: L | undefined;
  /** Keeps the page's own state (position, what is open): never anything that must not be lost. */
  keep(local: L): void;
}

/**
 * Connects the page: asks for the state, and calls `onState` with every state that comes.
 * `M`: methods, `S`: state, `L`: what the page keeps for itself. May be called once a document.
 */
export function connect<M extends PageMethods<M>, S, L>(
  messages: PageMessages<M, S>,
  onState: (state: S) => void,
): ExtensionHost<M, L> {
  const api = acquireVsCodeApi<L>();
  const questions = new Questions<M>(messages.methods, (message) => api.postMessage(message));
  let kept = '';
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = orDropped(() => fitting('what came', fromExtension, data));
    if (message?.kind === 'state') {
      const checked = orDropped(() => ({ state: fitting('the state', messages.state, message.state) }));
      if (checked) onState(checked.state);
    } else if (message) orDropped(() => questions.settle(message));
  });
  api.postMessage({ kind: 'ready' });
  return {
    request: (method, params) => questions.ask(method, params),
    kept: api.getState(),
    keep(local) {
      const text = JSON.stringify(local);
      if (text === kept) return; // each time VS Code would be told
      kept = text;
      api.setState(local);
    },
  };
}

/** What `check` gives; of a message that does not fit, nothing but a line in the console. */
function orDropped<T>(check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof UnfitMessage)) throw error;
    console.error(`A message that does not fit was dropped: ${error.message}.`);
    return undefined;
  }
}
