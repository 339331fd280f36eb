import { fitting, type Schema } from './messages';

/**
 * How a webview page and the extension talk. The page asks (a request with an id, always answered, also when the
 * handler throws); the extension sends whole states, because a hidden page gets no messages and a difference that got
 * lost would never be made up for. Each end checks what it gets.
 */

/** One method a page may call. */
export interface PageMethod {
  readonly params: unknown;
  readonly result: unknown;
}

/** Methods of a page by name: `interface Methods { save: { params: …; result: … } }`. */
export type PageMethods<M> = { readonly [K in keyof M]: PageMethod };

export type PageRequest<M extends PageMethods<M>> = {
  readonly [K in keyof M]: {
    readonly kind: 'request';
    readonly id: number;
    readonly method: K;
    readonly params: M[K]['params'];
  };
}[keyof M];

/** What the page sends. `ready` comes once from each document that is loaded, and is answered with the state. */
export type ToExtension<M extends PageMethods<M>> = { readonly kind: 'ready' } | PageRequest<M>;

/** What the extension sends. */
export type ToPage<M extends PageMethods<M>, S> =
  | { readonly kind: 'state'; readonly state: S }
  | { readonly kind: 'answer'; readonly id: number; readonly result: M[keyof M]['result'] }
  /** `message` is a sentence for people. */
  | { readonly kind: 'failure'; readonly id: number; readonly message: string };

/** One function a method. */
export type PageHandlers<M extends PageMethods<M>> = {
  readonly [K in keyof M]: (params: M[K]['params']) => Promise<M[K]['result']> | M[K]['result'];
};

/** What a page's messages have to fit. */
export interface PageMessages<M extends PageMethods<M>, S> {
  readonly state: Schema<S>;
  readonly methods: MethodMessages<M>;
}

export type MethodMessages<M extends PageMethods<M>> = {
  readonly [K in keyof M]: { readonly params: Schema<M[K]['params']>; readonly result: Schema<M[K]['result']> };
};

/** A request, or an answer to one, of which nothing is known but that it is one. */
interface UnknownRequest {
  readonly id: number;
  readonly method: string;
  readonly params?: unknown;
}
type UnknownAnswer =
  | { readonly kind: 'answer'; readonly id: number; readonly result?: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string };

/** The asking end. */
export class Questions<M extends PageMethods<M>> {
  private readonly waiting = new Map<number, { settle(result: unknown): void; reject(error: Error): void }>();
  private lastId = 0;

  constructor(
    private readonly messages: MethodMessages<M>,
    private readonly post: (message: ToExtension<M>) => void,
  ) {}

  /** Calls a method; rejects with an `Error` whose message is a sentence for people. */
  ask<K extends keyof M>(method: K, params: M[K]['params']): Promise<M[K]['result']> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const settle = (result: unknown) =>
        resolve(fitting(`the answer to "${String(method)}"`, this.messages[method].result, result));
      this.waiting.set(id, { settle, reject });
      // TypeScript can't see that a generic K picks one member of the union
      this.post({ kind: 'request', id, method, params } as ToExtension<M>);
    });
  }

  /**
   * Hands an answer to whoever asked. One of a document that was there before belongs to nobody.
   * @throws UnfitMessage, of which whoever asked hears by a rejection
   */
  settle(message: UnknownAnswer): void {
    const asked = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    try {
      if (message.kind === 'answer') asked?.settle(message.result);
      else asked?.reject(new Error(message.message));
    } catch (error) {
      asked?.reject(error as Error);
      throw error;
    }
  }
}

/** The answering end: what to send back for a request. It never rejects; `sentence` says for people what was thrown. */
export async function answerTo<M extends PageMethods<M>>(
  { id, method, params }: UnknownRequest,
  { messages, handlers }: { readonly messages: MethodMessages<M>; readonly handlers: PageHandlers<M> },
  sentence: (error: unknown) => string,
): Promise<Exclude<ToPage<M, never>, { readonly kind: 'state' }>> {
  try {
    if (!isMethod(handlers, method)) throw new UnknownMethod(method.slice(0, 100));
    const asked = fitting(`the request "${method}"`, messages[method].params, params);
    return { kind: 'answer', id, result: await handlers[method](asked) };
  } catch (error) {
    return { kind: 'failure', id, message: sentence(error) };
  }
}

const isMethod = <M extends PageMethods<M>>(handlers: PageHandlers<M>, method: string): method is keyof M & string =>
  Object.hasOwn(handlers, method);

/** A page of another version asks for something that is not there. */
export class UnknownMethod extends Error {}
