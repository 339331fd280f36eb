import { type Disposable, l10n, type Webview } from 'vscode';
import {
  answerTo,
  type PageHandlers,
  type PageMethods,
  type ToExtension,
  type ToPage,
  UnknownMethod,
} from '../../shared/protocol/page';
import { mark } from '../trace';

export interface ServedPage<S> extends Disposable {
  /**
   * Sends the whole state, unless no document has asked for one yet: VS Code would keep it, and the page get it twice. It
   * gets lost while the page is hidden; a page that loads asks for it again.
   */
  send(state: S): void;
}

/**
 * Answers the requests of a page, and sends `state()` to each document that reports ready (a webview that was hidden
 * loads anew). Every request gets an answer: what a handler throws goes to the page as a sentence.
 */
export function servePage<M extends PageMethods<M>, S>(
  webview: Webview,
  {
    state,
    handlers,
    failed,
  }: {
    state: () => S | Promise<S>;
    handlers: PageHandlers<M>;
    /** Told of everything that a handler throws, for the log. */
    failed?: (error: unknown) => void;
  },
): ServedPage<S> {
  const post = (message: ToPage<M, S>) => void webview.postMessage(message);
  const sentence = (error: unknown) => {
    failed?.(error);
    if (error instanceof UnknownMethod) return l10n.t('The page asks for the unknown "{0}".', error.message);
    return error instanceof Error ? error.message : l10n.t('Something went wrong ({0}); try again.', String(error));
  };
  const sendState = async () => {
    try {
      post({ kind: 'state', state: await state() });
      mark('state');
    } catch (error) {
      failed?.(error);
    }
  };
  let documents = 0;
  const listener = webview.onDidReceiveMessage(async (message: ToExtension<M>) => {
    if (message.kind === 'ready') {
      mark('ready');
      documents++;
      return sendState();
    }
    mark(`asked ${String(message.method)}`);
    const asker = documents;
    const answer = await answerTo(message, handlers, sentence);
    // a document that was loaded meanwhile has ids of its own, and its first state may be from before
    mark(`answered ${String(message.method)}`);
    if (asker === documents) post(answer);
    else await sendState();
  });
  return {
    send: (state) => {
      if (documents > 0) post({ kind: 'state', state });
    },
    dispose: () => listener.dispose(),
  };
}
