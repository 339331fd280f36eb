import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LabellingPanels } from '../../../../src/extension/labelling/labellingPanels';
import type { LabellingState } from '../../../../src/shared/protocol/labelling';
import type { ToPage } from '../../../../src/shared/protocol/page';
import { anyFolder } from '../../../support/anyFolder';
import { type Batch, makeBatch } from '../../../support/labellingBatch';
import { Uri } from '../../../support/vscodeStub';

/** A panel as VS Code makes it, as far as we use one. */
function fakePanel() {
  const gone: (() => void)[] = [];
  const posted: ToPage<never, LabellingState>[] = [];
  let listener: (message: unknown) => void = () => {};
  const panel = {
    title: '',
    visible: true,
    reveal: vi.fn(),
    dispose: vi.fn(() => [...gone].forEach((tell) => void tell())),
    viewColumn: 2,
    onDidDispose: (tell: () => void) => {
      gone.push(tell);
      return { dispose: () => void gone.splice(gone.indexOf(tell), 1) };
    },
    onDidChangeViewState: () => ({ dispose() {} }),
    webview: {
      html: '',
      options: { localResourceRoots: [] as Uri[] },
      cspSource: 'https://source',
      asWebviewUri: (uri: Uri) => uri,
      postMessage: (message: never) => posted.push(message),
      onDidReceiveMessage: (tell: typeof listener) => {
        listener = tell;
        return { dispose() {} };
      },
    },
  };
  return { panel, posted, tell: (message: unknown) => listener(message) };
}

const made = vi.hoisted(() => ({
  panels: [] as unknown[],
  columns: [] as unknown[],
  serializer: null as unknown,
  commands: [] as unknown[][],
}));
vi.mock('vscode', async () => {
  const stub = await import('../../../support/vscodeStub');
  const disposable = { dispose() {} };
  const watcher = {
    ...disposable,
    onDidChange: () => disposable,
    onDidCreate: () => disposable,
    onDidDelete: () => disposable,
  };
  return {
    ...stub,
    ViewColumn: { Beside: -2 },
    Disposable: { from: () => disposable },
    RelativePattern: class {},
    commands: { executeCommand: async (...call: unknown[]) => void made.commands.push(call) },
    workspace: {
      getConfiguration: () => ({ get: () => 'anna' }),
      onDidChangeConfiguration: () => disposable,
      onDidGrantWorkspaceTrust: () => disposable,
      isTrusted: true,
      createFileSystemWatcher: () => watcher,
    },
    window: {
      createWebviewPanel: (_view: string, _title: string, { viewColumn }: { viewColumn: number }) => {
        made.columns.push(viewColumn);
        return made.panels.shift();
      },
      registerWebviewPanelSerializer: (_: string, serializer: unknown) => {
        made.serializer = serializer;
        return disposable;
      },
    },
  };
});

const answerTo = (image: string) => ({ image, label: 'happy', flag: null, seconds: 1, replace: false });

describe('labelling panels', () => {
  let batch: Batch;
  afterEach(() => batch.remove());
  const start = async () => {
    batch = await makeBatch({ classes: ['happy', 'sad'], images: ['a.png', 'b.png'] });
    const told: ((listings: unknown) => void)[] = [];
    const datasetsChanged = (tell: (listings: unknown) => void) => {
      told.push(tell);
      return { dispose: () => void told.splice(told.indexOf(tell), 1) };
    };
    const extensionUri = Uri.file('/extension') as never;
    const panels = new LabellingPanels({ extensionUri, access: anyFolder, engine: batch.engine, datasetsChanged });
    return { panels, told, ref: { workspace: batch.workspace, name: 'faces', directory: batch.directory } };
  };
  const state = (posted: readonly ToPage<never, LabellingState>[]) =>
    vi.waitFor(() => {
      const last = posted.findLast((message) => message.kind === 'state');
      expect(last).toBeDefined();
      return (last as { state: LabellingState }).state;
    });

  it('open one a round, whose page may load the images, the cache and our own files only', async () => {
    const { panels, ref } = await start();
    const { panel, posted, tell } = fakePanel();
    made.panels.push(panel);
    await panels.open(ref, 1);
    await panels.open(ref, 1);
    expect(panel.reveal).toHaveBeenCalledTimes(1);
    expect(panel.webview.html).toContain("default-src 'none'");
    expect(panel.webview.html).not.toContain('unsafe');
    expect(panel.webview.options.localResourceRoots.map(({ fsPath }) => fsPath)).toEqual([
      '/extension/dist/webview',
      '/extension/media',
      join(batch.directory, '.cache'),
      join(batch.workspace, 'images'),
    ]);
    tell({ kind: 'ready' });
    expect((await state(posted)).images.map(({ id }) => id)).toEqual(['a.png', 'b.png']);
    expect(batch.requests).toEqual([]); // shown without the engine
  });

  it('answer every request, also one that fails, and run commands for the dataset', async () => {
    const { panels, ref } = await start();
    const { panel, posted, tell } = fakePanel();
    made.panels.push(panel);
    await panels.open(ref, 1);
    tell({ kind: 'request', id: 1, method: 'flag', params: { image: 'a.png', flag: 'x' } });
    tell({ kind: 'request', id: 2, method: 'nonsense', params: {} });
    tell({ kind: 'request', id: 3, method: 'runRound', params: {} });
    await vi.waitFor(() => {
      const kinds = posted.flatMap((message) => (message.kind === 'state' ? [] : [[message.id, message.kind]]));
      expect(kinds.sort()).toEqual([
        [1, 'failure'],
        [2, 'failure'],
        [3, 'answer'],
      ]);
    });
    expect(made.commands).toEqual([['warmstart.runRound', ref]]);
  });

  it('give a document that was loaded while an answer was being saved the state with it, and no answer of another', async () => {
    const { panels, ref } = await start();
    const { panel, posted, tell } = fakePanel();
    made.panels.push(panel);
    await panels.open(ref, 1);
    tell({ kind: 'ready' });
    tell({ kind: 'request', id: 1, method: 'answer', params: { answers: [answerTo('a.png')] } });
    tell({ kind: 'ready' });
    await vi.waitFor(async () => expect((await state(posted)).answers).toHaveProperty(['a.png', 'label'], 'happy'));
    expect(posted.filter(({ kind }) => kind !== 'state')).toEqual([]);
    // of its own answers it gets no state
    posted.length = 0;
    tell({ kind: 'request', id: 1, method: 'answer', params: { answers: [answerTo('b.png')] } });
    await vi.waitFor(() => expect(posted).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(posted).toMatchObject([{ kind: 'answer', id: 1, result: { labelled: 2 } }]);
  });

  it('give a finished panel to the next round, and never one with something left to answer', async () => {
    const { panels, ref } = await start();
    const text = await readFile(join(batch.directory, 'rounds', '0001.json'), 'utf8');
    for (const round of [2, 3])
      await writeFile(
        join(batch.directory, 'rounds', `000${round}.json`),
        JSON.stringify({ ...JSON.parse(text), round, picks: [JSON.parse(text).picks[round - 2]] }),
      );
    const first = fakePanel();
    const second = fakePanel();
    made.columns.length = 0;
    made.panels.push(first.panel, second.panel);
    await panels.open(ref, 1);
    // two at once: one panel all the same, in the column of the first, because that waits for answers
    await Promise.all([panels.open(ref, 2), panels.open(ref, 2)]);
    expect(made.columns).toEqual([-2, 2]);
    expect(first.panel.title).toContain('1');
    second.tell({ kind: 'request', id: 1, method: 'answer', params: { answers: [answerTo('a.png')] } });
    await vi.waitFor(() => expect(second.posted.some(({ kind }) => kind === 'answer')).toBe(true));
    const before = second.panel.webview.html;
    await panels.open(ref, 3);
    expect(made.columns).toHaveLength(2);
    expect(second.panel.title).toContain('3');
    expect(second.panel.webview.html).not.toBe(before);
    expect(first.panel.title).toContain('1');
    // one answer a request: the batch that was there before listens no more
    second.posted.length = 0;
    second.tell({ kind: 'request', id: 2, method: 'answer', params: { answers: [answerTo('b.png')] } });
    await vi.waitFor(() => expect(second.posted.some(({ kind }) => kind === 'answer')).toBe(true));
    expect(second.posted.filter(({ kind }) => kind !== 'state')).toHaveLength(1);
    expect(Object.keys(await batch.labels('anna')).sort()).toEqual(['a.png', 'b.png']);
    // the first batch is answered by now, too, and is shown in its own panel
    await panels.open(ref, 1, 'b.png');
    expect(first.panel.reveal).toHaveBeenCalled();
    first.tell({ kind: 'ready' });
    await vi.waitFor(async () => expect((await state(first.posted)).show?.image).toBe('b.png'));
  });

  it('show what a command of ours has changed where the watchers of files tell nothing, as those of this test', async () => {
    const { panels, ref, told } = await start();
    const { panel, posted, tell } = fakePanel();
    made.panels.push(panel);
    await panels.open(ref, 1);
    tell({ kind: 'ready' });
    expect((await state(posted)).classes).toEqual(['happy', 'sad']);
    const path = join(batch.directory, 'dataset.json');
    const dataset = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...dataset, classes: ['happy', 'sad', 'tired'] }));
    for (const tell of told) tell([]);
    await vi.waitFor(async () => expect((await state(posted)).classes).toEqual(['happy', 'sad', 'tired']));
  });

  it('come back after a reload of the window, and close where there is nothing to come back to', async () => {
    const { ref } = await start();
    const serializer = made.serializer as { deserializeWebviewPanel(panel: unknown, state: unknown): Promise<void> };
    const back = fakePanel();
    const address = { workspace: ref.workspace, dataset: 'faces', round: 1 };
    await serializer.deserializeWebviewPanel(back.panel, { address, position: 'b.png' });
    expect(back.panel.title).toContain('faces');
    for (const kept of [
      undefined,
      { address: { ...address, dataset: '../x' } },
      { address: { ...address, dataset: 'gone' } },
    ]) {
      const other = fakePanel();
      await serializer.deserializeWebviewPanel(other.panel, kept);
      expect(other.panel.dispose).toHaveBeenCalled();
    }
  });

  it('say what is wrong with a damaged round, and save nothing', async () => {
    const { panels, ref } = await start();
    await writeFile(join(batch.directory, 'rounds', '0001.json'), '{');
    const { panel, posted, tell } = fakePanel();
    made.panels.push(panel);
    await panels.open(ref, 1);
    tell({ kind: 'ready' });
    expect((await state(posted)).paused).toMatch(/0001\.json: It is not valid JSON/);
  });
});
