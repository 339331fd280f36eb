import { Uri, type WebviewPanel } from 'vscode';
import { placeIn, places } from '../../shared/workspace/paths';
import { pageRoot } from './page';

/** What a page that shows images of a dataset may load, and under which address. */
export class PanelFiles {
  private readonly uris = new Map<string, string>();
  /** Folder of images that the page may load; undefined before it was told. */
  private allowed: string | null | undefined;

  constructor(
    private readonly panel: Pick<WebviewPanel, 'webview'>,
    private readonly extensionUri: Uri,
    private readonly directory: string,
  ) {}

  uriOf(path: string): string {
    const known = this.uris.get(path) ?? this.panel.webview.asWebviewUri(Uri.file(path)).toString();
    this.uris.set(path, known);
    return known;
  }

  /** Lets the page load our own files, the dataset's cache and the images; to be called whenever these may lie elsewhere. */
  allow(imageFolder: string | null): void {
    if (this.allowed === imageFolder) return;
    this.allowed = imageFolder;
    const { extensionUri } = this;
    this.panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [
        pageRoot(extensionUri),
        Uri.joinPath(extensionUri, 'media'),
        Uri.file(placeIn(this.directory, places.cache)),
        ...(imageFolder === null ? [] : [Uri.file(imageFolder)]),
      ],
    };
  }
}
