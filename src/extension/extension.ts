import type { ExtensionContext } from 'vscode';

/** Called by VS Code when the extension is first used. It contributes nothing yet; the command line does the work. */
export function activate(_context: ExtensionContext): void {}
