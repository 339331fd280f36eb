import { type Disposable, l10n, type Webview } from 'vscode';
import { fitting, fromPage, UnfitMessage } from '../../shared/protocol/messages';
import {
  answerTo,
  type PageHandlers,
  type PageMessages,
  type PageMethods,
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
 * loads anew). Every request gets an answer: what a handler throws goes to the page as a sentence. What is no message of
 * a page is told to the log and left.
 */
export function servePage<M extends PageMethods<M>, S>(
  webview: Webview,
  {
    messages,
    state,
    handlers,
    failed,
  }: {
    messages: PageMessages<M, S>;
    state: () => S | Promise<S>;
    handlers: PageHandlers<M>;
    /** Told of everything that fails, for the log. */
    failed?: (error: unknown) => void;
  },
): ServedPage<S> {
  let documents = 0;
  let gone = false;
  /** Of a panel that was closed meanwhile nobody waits for anything. */
  const log = (error: unknown) => {
    if (!gone) failed?.(error);
  };
  const post = async (message: ToPage<M, S>) => {
    if (!gone) await webview.postMessage(message);
  };
  const sentence = (error: unknown) => {
    log(error);
    return sentenceOf(error);
  };
  const sendState = async () => {
    await post({ kind: 'state', state: await state() });
    mark('state');
  };
  const listener = webview.onDidReceiveMessage(async (received: unknown) => {
    try {
      const message = fitting('what the page sent', fromPage, received);
      if (message.kind === 'ready') {
        mark('ready');
        documents++;
        return await sendState();
      }
      mark(`asked ${message.method}`);
      const asker = documents;
      const answer = await answerTo(message, { messages: messages.methods, handlers }, sentence);
      // a document that was loaded meanwhile has ids of its own, and its first state may be from before
      mark(`answered ${message.method}`);
      if (asker !== documents) await sendState();
      else await post(answer).catch((error) => post({ kind: 'failure', id: message.id, message: sentence(error) }));
    } catch (error) {
      log(error instanceof UnfitMessage ? dropped(error) : error);
    }
  });
  return {
    send: (state) => {
      if (documents > 0) post({ kind: 'state', state }).catch(log);
    },
    dispose: () => {
      gone = true;
      listener.dispose();
    },
  };
}

/** One line for the log, which needs no stack. */
const dropped = ({ message }: UnfitMessage): string => `A message that does not fit was dropped: ${message}.`;

/** What people are told of anything that was thrown. */
function sentenceOf(error: unknown): string {
  if (error instanceof UnknownMethod) return l10n.t('The page asks for the unknown "{0}".', error.message);
  if (error instanceof UnfitMessage)
    return l10n.t('The page and Warmstart do not understand each other ({0}); reload the window.', error.message);
  if (error instanceof Error) return error.message;
  return l10n.t('Something went wrong ({0}); try again.', textOf(error));
}

/** Anything can be thrown, also what has no text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return typeof thrown;
  }
}
