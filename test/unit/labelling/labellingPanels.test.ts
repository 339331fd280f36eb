import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LabellingPanels } from '../../../src/extension/labelling/labellingPanels';
import type { LabellingState } from '../../../src/shared/protocol/labelling';
import type { ToPage } from '../../../src/shared/protocol/page';
import { type Batch, makeBatch } from '../../ui/pages/labellingBatch';
import { Uri } from '../../ui/pages/vscodeStub';

/** A panel as VS Code makes it, as far as we use one. */
function fakePanel() {
  const gone: (() => void)[] = [];
  const posted: ToPage<never, LabellingState>[] = [];
  let listener: (message: unknown) => void = () => {};
  const panel = {
    title: '',
    visible: true,
    reveal: vi.fn(),
    dispose: vi.fn(() => gone.forEach((tell) => void tell())),
    onDidDispose: (tell: () => void) => gone.push(tell),
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

const made = vi.hoisted(() => ({ panels: [] as unknown[], serializer: null as unknown, commands: [] as unknown[][] }));
vi.mock('vscode', async () => {
  const stub = await import('../../ui/pages/vscodeStub');
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
      createFileSystemWatcher: () => watcher,
    },
    window: {
      createWebviewPanel: () => made.panels.shift(),
      registerWebviewPanelSerializer: (_: string, serializer: unknown) => {
        made.serializer = serializer;
        return disposable;
      },
    },
  };
});

describe('labelling panels', () => {
  let batch: Batch;
  afterEach(() => batch.remove());
  const start = async () => {
    batch = await makeBatch({ classes: ['happy', 'sad'], images: ['a.png', 'b.png'] });
    const panels = new LabellingPanels({ extensionUri: Uri.file('/extension') as never, engine: batch.engine });
    return { panels, ref: { workspace: batch.workspace, name: 'faces', directory: batch.directory } };
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
    expect((await state(posted)).paused).toMatch(/0001\.json is not valid JSON/);
  });
});
