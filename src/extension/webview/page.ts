import { randomBytes } from 'node:crypto';
import { env, Uri, type Webview } from 'vscode';

/** A page of ours: `dist/webview/<name>.js` and `.css`. */
export interface Page {
  readonly name: 'labelling' | 'gallery' | 'charts' | 'round' | 'importing';
  readonly title: string;
}

/** Folder of the pages' scripts and styles; belongs into `localResourceRoots`. */
export const pageRoot = (extensionUri: Uri): Uri => Uri.joinPath(extensionUri, 'dist', 'webview');

/** What stands before the title in a page's tab. */
export const tabIcon = (extensionUri: Uri): { light: Uri; dark: Uri } => ({
  light: Uri.joinPath(extensionUri, 'media', 'tab-light.svg'),
  dark: Uri.joinPath(extensionUri, 'media', 'tab-dark.svg'),
});

/**
 * The document of a page. Nothing may be loaded but our style sheet, images from the webview's roots, and the one
 * script that carries the nonce; there is no network and no inline style attribute.
 */
export function pageHtml(webview: Webview, extensionUri: Uri, { name, title }: Page): string {
  const file = (extension: string) =>
    escapeHtml(webview.asWebviewUri(Uri.joinPath(pageRoot(extensionUri), `${name}.${extension}`)).toString());
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // the toolkit makes one empty style element, to try out a selector, and takes the nonce from the meta element
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `img-src ${webview.cspSource} blob: data:`,
    // these do not follow default-src
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file('css')}">
<title>${escapeHtml(title)}</title>
</head>
<body>
<main id="page"></main>
<script nonce="${nonce}" src="${file('js')}"></script>
</body>
</html>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
