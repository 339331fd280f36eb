import { type Disposable, l10n, Uri, type WebviewPanel, workspace } from 'vscode';
import { type DatasetRef, placeIn, places } from '../../shared/workspace/paths';
import { isolated } from '../text';
import { pageRoot } from './page';
import { type FolderAccess, isReallyInWorkspace } from './shownFolders';

/** What a page that shows images of a dataset may load, and under which address. */
export class PanelFiles implements Disposable {
  private readonly uris = new Map<string, string>();
  /** Folder of the images; undefined before it was told. */
  private folder: string | null | undefined;
  /** Whether the page may load it. */
  private isOpen = false;
  private isGone = false;
  private readonly trusting: Disposable;

  constructor(
    private readonly panel: Pick<WebviewPanel, 'webview'>,
    private readonly extensionUri: Uri,
    private readonly ref: Pick<DatasetRef, 'directory' | 'name'>,
    private readonly access: FolderAccess,
    /** Told when images may be loaded that could not before. */
    private readonly opened: () => void,
  ) {
    this.trusting = workspace.onDidGrantWorkspaceTrust(() => {
      const { folder } = this;
      this.folder = undefined;
      if (folder !== undefined) void this.allow(folder).then(this.opened);
    });
  }

  /** Address of a file; of one that the page may not load none. */
  uriOf(path: string): string {
    const known = this.uris.get(path);
    if (known !== undefined) return known;
    if (this.whyHidden(path) !== null) return ''; // for now
    const uri = this.panel.webview.asWebviewUri(Uri.file(path)).toString();
    this.uris.set(path, uri);
    return uri;
  }

  /** Why the page may not load a file, as a sentence; null where it may. */
  whyHidden(path: string | null): string | null {
    const { folder } = this;
    if (folder && !this.isOpen)
      return workspace.isTrusted
        ? l10n.t(
            'The images are in {0}, outside of this workspace; open the page again to allow showing them.',
            isolated(folder),
          )
        : l10n.t('The images are in {0}, outside of this folder; trust it to see them.', isolated(folder));
    if (path === null || !leadsOut(path)) return null;
    return l10n.t('{0} is a link that leads out of this folder; trust the folder to see it.', isolated(path));
  }

  /**
   * Lets the page load our own files, the dataset's cache and the images; to be called whenever these may lie elsewhere. Settles
   * once the page can be loaded; a folder that the person has to be asked for comes later.
   */
  async allow(imageFolder: string | null): Promise<void> {
    if (this.folder === imageFolder) return;
    this.folder = imageFolder;
    const isOpen = imageFolder === null || (await this.access.isOpen(this.ref.directory, imageFolder));
    if (this.isGone || this.folder !== imageFolder) return;
    this.setRoots(isOpen);
    if (!isOpen) void this.ask(imageFolder);
  }

  dispose(): void {
    this.isGone = true;
    this.trusting.dispose();
  }

  private async ask(folder: string): Promise<void> {
    const { directory, name } = this.ref;
    const isOpen = await this.access.ask(directory, folder, name);
    if (isOpen && !this.isGone && this.folder === folder && !this.isOpen) {
      this.setRoots(true);
      this.opened();
    }
  }

  private setRoots(isOpen: boolean): void {
    const { extensionUri, folder } = this;
    this.isOpen = isOpen;
    this.panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [
        pageRoot(extensionUri),
        Uri.joinPath(extensionUri, 'media'),
        Uri.file(placeIn(this.ref.directory, places.cache)),
        ...(folder && isOpen ? [Uri.file(folder)] : []),
      ],
    };
  }
}

/** In a folder that is not trusted a link may stand for any file of the machine. */
const leadsOut = (path: string): boolean => !workspace.isTrusted && !isReallyInWorkspace(path);
