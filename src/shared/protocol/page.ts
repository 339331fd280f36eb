/**
 * How a webview page and the extension talk. The page asks (a request with an id, always answered, also when the
 * handler throws); the extension sends whole states, because a hidden page gets no messages and a difference that got
 * lost would never be made up for.
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
