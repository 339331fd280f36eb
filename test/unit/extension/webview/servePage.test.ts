import { describe, expect, it } from 'vitest';
import type { Webview } from 'vscode';
import * as z from 'zod/mini';
import { servePage } from '../../../../src/extension/webview/servePage';

interface Methods {
  readonly save: { readonly params: { readonly name: string }; readonly result: number };
}
const messages = {
  state: z.object({ count: z.number() }),
  methods: { save: { params: z.strictObject({ name: z.string() }), result: z.number() } },
};

/** A page that is served, what the extension posts to it, and what the log is told. */
function served(save: (params: { readonly name: string }) => number | Promise<number> = () => 1) {
  let listener: (message: unknown) => unknown = () => undefined;
  const posted: unknown[] = [];
  const logged: unknown[] = [];
  /** What VS Code says of a message; to be replaced. */
  const vscode = { take: (_: unknown): void => undefined };
  const webview = {
    postMessage: async (message: unknown) => {
      vscode.take(message);
      posted.push(message);
      return true;
    },
    onDidReceiveMessage: (tell: typeof listener) => {
      listener = tell;
      return { dispose() {} };
    },
  } as unknown as Webview;
  const page = servePage<Methods, { count: number }>(webview, {
    messages,
    state: () => ({ count: 1 }),
    handlers: { save },
    failed: (error) => void logged.push(error),
  });
  return { page, posted, logged, vscode, tell: async (message: unknown) => await listener(message) };
}

const request = (params: unknown, method: unknown = 'save', id: unknown = 1) => ({
  kind: 'request',
  id,
  method,
  params,
});

describe("the extension's end of a page", () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'ready'],
    ['a number', 7],
    ['a list', [request({ name: 'a' })]],
    ['no kind', { id: 1, method: 'save', params: {} }],
    ['another kind', { kind: 'eval', id: 1, code: 'alert(1)' }],
    ['a kind of the prototype', { kind: 'constructor' }],
    ['an id that is no number', request({ name: 'a' }, 'save', '1')],
    ['an id that is an object', request({ name: 'a' }, 'save', {})],
    ['no id', { kind: 'request', method: 'save', params: { name: 'a' } }],
    ['a method that is no text', request({ name: 'a' }, ['save'])],
    ['a method that has no text', request({ name: 'a' }, { toString: 1 })],
  ])('drops %s with one line in the log', async (_, message) => {
    const { posted, logged, tell } = served();
    await tell(message);
    expect(posted).toEqual([]);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^A message that does not fit was dropped: what the page sent[^\n]*\.$/);
    await tell(request({ name: 'a' }));
    expect(posted).toEqual([{ kind: 'answer', id: 1, result: 1 }]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'anna'],
    ['another type', { name: 7 }],
    ['one name missing', {}],
    ['one name too many', { name: 'a', path: '/etc/passwd' }],
  ])('refuses to call a method with %s, in a sentence, and the log has the place alone', async (_, params) => {
    const called: unknown[] = [];
    const { posted, logged, tell } = served((given) => called.push(given));
    await tell(request(params));
    expect(called).toEqual([]);
    expect(posted).toEqual([{ kind: 'failure', id: 1, message: expect.stringMatching(/reload the window\.$/) }]);
    expect(logged).toHaveLength(1);
    expect(String(logged[0])).not.toMatch(/anna|passwd/);
  });

  it.each<[string, unknown, string]>([
    ['an error', new Error('The disk is full; make room.'), 'The disk is full; make room.'],
    ['a text', 'oh', 'Something went wrong (oh); try again.'],
    ['null', null, 'Something went wrong (null); try again.'],
    ['what has no text', Object.create(null), 'Something went wrong (object); try again.'],
    ['a symbol', Symbol('x'), 'Something went wrong (Symbol(x)); try again.'],
  ])('answers although a handler throws %s', async (_, thrown, message) => {
    const { posted, logged, tell } = served(() => {
      throw thrown;
    });
    await tell(request({ name: 'a' }));
    expect(posted).toEqual([{ kind: 'failure', id: 1, message }]);
    expect(logged).toEqual([thrown]);
  });

  it('answers although a result can not be sent', async () => {
    const { posted, logged, tell, vscode } = served();
    vscode.take = (message) => {
      if ((message as { kind: string }).kind === 'answer') throw new Error('could not be cloned');
    };
    await tell(request({ name: 'a' }));
    expect(posted).toEqual([{ kind: 'failure', id: 1, message: 'could not be cloned' }]);
    expect(logged).toHaveLength(1);
  });

  it('posts nothing to a panel that was closed while a handler worked', async () => {
    let finish: (result: number) => void = () => undefined;
    const { page, posted, logged, tell } = served(() => new Promise((resolve) => (finish = resolve)));
    const told = tell(request({ name: 'a' }));
    page.dispose();
    finish(1);
    await told;
    expect([posted, logged]).toEqual([[], []]);
  });

  it('sends the state to each document that is ready', async () => {
    const { page, posted, tell } = served();
    page.send({ count: 0 }); // before there is a document
    await tell({ kind: 'ready' });
    page.send({ count: 2 });
    expect(posted).toEqual([
      { kind: 'state', state: { count: 1 } },
      { kind: 'state', state: { count: 2 } },
    ]);
  });
});
