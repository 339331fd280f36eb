import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Memento, WebviewPanel } from 'vscode';
import { PanelFiles } from '../../../../src/extension/webview/panelFiles';
import { ShownFolders } from '../../../../src/extension/webview/shownFolders';
import { datasetRef } from '../../../../src/shared/workspace/paths';
import { temporaryFolder } from '../../../support/temporaryFolder';
import { executed, trustListeners, Uri, window, workspace } from '../../../support/vscodeStub';

/** A workspace of a repository, a folder beside it, and a panel of a dataset; `press`: what a person answers. */
async function open({ trusted = true, press }: { trusted?: boolean; press?: string } = {}) {
  const folder = await temporaryFolder();
  const [inside, outside] = [join(folder, 'repository/photos'), join(folder, 'private')];
  for (const one of [inside, outside]) {
    await mkdir(one, { recursive: true });
    await writeFile(join(one, 'a.png'), 'x');
  }
  workspace.workspaceFolders = [{ name: 'repository', uri: Uri.file(join(folder, 'repository')) }];
  workspace.isTrusted = trusted;
  const questions: string[] = [];
  const showWarningMessage = async (question: string, ...answers: string[]) => {
    questions.push(question);
    return answers.find((answer) => answer === press);
  };
  Object.assign(window, { showWarningMessage });
  const kept = new Map<string, unknown>();
  const memory = {
    get: (key: string) => kept.get(key),
    update: async (key: string, value: unknown) => kept.set(key, value),
  };
  const ref = datasetRef(join(folder, 'repository'), 'faces');
  const opened = vi.fn();
  const panel = () => {
    const webview = { options: { localResourceRoots: [] as Uri[] }, asWebviewUri: (uri: Uri) => uri };
    const access = new ShownFolders(memory as unknown as Memento);
    const files = new PanelFiles({ webview } as unknown as WebviewPanel, Uri.file('/x') as never, ref, access, opened);
    const roots = () => webview.options.localResourceRoots.map(({ fsPath }) => fsPath).slice(3); // after our own
    return { files, roots, access };
  };
  return { folder, inside, outside, questions, ref, opened, panel };
}

describe('images of a dataset', () => {
  beforeEach(() => {
    trustListeners.length = 0;
    executed.length = 0;
    return () => {
      workspace.workspaceFolders = [];
      workspace.isTrusted = true;
    };
  });

  it.each([true, false])('inside of the workspace are shown without a question (trusted: %s)', async (trusted) => {
    const { inside, questions, panel } = await open({ trusted });
    const { files, roots } = panel();
    await files.allow(inside);
    expect(roots()).toEqual([inside]);
    expect(files.uriOf(join(inside, 'a.png'))).toContain('a.png');
    expect(files.whyHidden(join(inside, 'a.png'))).toBeNull();
    expect(questions).toEqual([]);
  });

  it.each(['/', 'private', 'link'])(
    'in %s, outside of it, are shown once the person says so, and then without a question',
    async (name) => {
      const { folder, outside, questions, opened, panel } = await open({ press: 'Show Images' });
      await symlink(outside, join(folder, 'repository/link'));
      const root = { '/': '/', private: outside, link: join(folder, 'repository/link') }[name]!;
      const first = panel();
      await first.files.allow(root);
      expect(first.roots()).toEqual([]);
      expect(first.files.uriOf(join(root, 'a.png'))).toBe('');
      await vi.waitFor(() => expect(opened).toHaveBeenCalled());
      expect(first.roots()).toEqual([root]);
      expect(first.files.uriOf(join(root, 'a.png'))).toContain('a.png');
      expect(questions).toHaveLength(1);
      expect(questions[0]).toMatch(/^The images of .*faces.* are in .*, outside of this workspace\. Show them\?$/);
      const second = panel();
      await second.files.allow(root);
      expect(second.roots()).toEqual([root]);
      // what a checkout makes of it is another folder
      await second.files.allow(folder);
      expect(second.roots()).toEqual([]);
      await vi.waitFor(() => expect(questions).toHaveLength(2));
    },
  );

  it('outside of it are not shown to one who does not answer, and the page says why', async () => {
    const { outside, questions, opened, panel } = await open();
    const { files, roots } = panel();
    await files.allow(outside);
    await vi.waitFor(() => expect(questions).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(roots()).toEqual([]);
    expect(opened).not.toHaveBeenCalled();
    expect(files.whyHidden(join(outside, 'a.png'))).toMatch(
      /outside of this workspace; open the page again to allow showing them/,
    );
  });

  it('outside of it are never shown in a folder that is not trusted, chosen before or not, until it is', async () => {
    const { outside, ref, questions, panel } = await open({ trusted: false, press: 'Show Images' });
    const { files, roots, access } = panel();
    await access.openWithin(ref.directory, outside, outside);
    await files.allow(outside);
    await vi.waitFor(() => expect(questions).toHaveLength(1));
    expect(questions[0]).toContain('which you do not trust; they are not shown');
    expect(roots()).toEqual([]);
    expect(files.whyHidden(join(outside, 'a.png'))).toMatch(/outside of this folder; trust it to see them/);
    workspace.isTrusted = true;
    for (const tell of trustListeners) tell();
    await vi.waitFor(() => expect(roots()).toEqual([outside]));
  });

  it('are no links that lead out of a folder that is not trusted', async () => {
    const { outside, inside, panel } = await open({ trusted: false });
    await symlink(join(outside, 'a.png'), join(inside, 'b.png'));
    await symlink(join(inside, 'a.png'), join(inside, 'c.png'));
    const { files } = panel();
    await files.allow(inside);
    expect(files.uriOf(join(inside, 'b.png'))).toBe('');
    expect(files.whyHidden(join(inside, 'b.png'))).toMatch(/b\.png.* is a link that leads out of this folder/);
    expect(files.uriOf(join(inside, 'c.png'))).toContain('c.png');
  });

  it('are in the folder that the person has chosen for them: nobody asks for it again', async () => {
    const { folder, outside, ref, questions, panel } = await open();
    const { files, roots, access } = panel();
    await access.openWithin(ref.directory, outside, outside);
    await files.allow(outside);
    expect(roots()).toEqual([outside]);
    expect(questions).toEqual([]);
    // a dataset that came along does not become shown by choosing something else
    await access.openWithin(ref.directory, folder, outside);
    expect(await access.isOpen(ref.directory, folder)).toBe(false);
  });
});
