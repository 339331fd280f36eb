import { type FSWatcher, watch } from 'node:fs';
import { join, posix } from 'node:path';
import { CancellationTokenSource as RpcTokenSource } from 'vscode-jsonrpc/node';

/**
 * The few parts of `vscode` that the extension's pure modules and the host's side of its pages use; vitest takes this for
 * `vscode`. What needs more of VS Code is tested inside a real one.
 */
export const l10n = {
  /** The editor's translation function, without translations. */
  t(message: string | { readonly message: string }, ...values: readonly unknown[]): string {
    const text = typeof message === 'string' ? message : message.message;
    return text.replace(/\{(\d+)\}/g, (whole, i: string) => String(values[Number(i)] ?? whole));
  },
};

export const env = { language: 'en' };

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState: number,
  ) {}
}

export class MarkdownString {
  value = '';
  appendText(text: string): this {
    this.value += text.replace(/[\\`*_{}[\]()#+\-!~<>$|]/g, '\\$&');
    return this;
  }
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

export class CancellationError extends Error {}

/** VS Code's own works in the same way. */
export class CancellationTokenSource extends RpcTokenSource {}

export class Uri {
  readonly scheme = 'file';
  private constructor(readonly fsPath: string) {}
  get path(): string {
    return this.fsPath;
  }
  static file(path: string): Uri {
    return new Uri(path);
  }
  static joinPath({ fsPath }: Uri, ...steps: readonly string[]): Uri {
    return new Uri([fsPath, ...steps].join('/'));
  }
  toString(): string {
    return `file://${this.fsPath}`;
  }
}

export class Disposable {
  constructor(readonly dispose: () => void) {}
  static from(...parts: readonly { dispose(): void }[]): Disposable {
    return new Disposable(() => {
      for (const part of parts) part.dispose();
    });
  }
}

export class RelativePattern {
  constructor(
    readonly base: Uri,
    readonly pattern: string,
  ) {}
}

const nothing = () => new Disposable(() => {});

/** Watches the folders of a pattern such as `{a.json,b,b/*.json}` that are there; every change of a file is "changed". */
function createFileSystemWatcher({ base, pattern }: RelativePattern) {
  const wanted = pattern.replace(/[{}]/g, '').split(',');
  const isWanted = (path: string) => wanted.some((one) => new RegExp(`^${one.replaceAll('*', '[^/]*')}$`).test(path));
  const listeners: ((uri: Uri) => void)[] = [];
  const watchers = [...new Set(wanted.map((one) => posix.dirname(one)))].flatMap((folder): FSWatcher[] => {
    try {
      return [
        watch(join(base.fsPath, folder), (_, name) => {
          const path = posix.join(folder, String(name));
          if (isWanted(path)) for (const tell of listeners) tell(Uri.file(join(base.fsPath, path)));
        }),
      ];
    } catch {
      return []; // not there
    }
  });
  return {
    onDidChange: (tell: (uri: Uri) => void) => {
      listeners.push(tell);
      return nothing();
    },
    onDidCreate: nothing,
    onDidDelete: nothing,
    dispose: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** To be called when a test has made the workspace trusted. */
export const trustListeners: (() => void)[] = [];

export const workspace: {
  /** Folders that a test says are open. */
  workspaceFolders: { readonly name: string; readonly uri: Uri }[];
  getWorkspaceFolder(uri: Uri): { readonly uri: Uri } | undefined;
  isTrusted: boolean;
  readonly onDidGrantWorkspaceTrust: (tell: () => void) => Disposable;
  readonly onDidChangeConfiguration: () => Disposable;
  readonly createFileSystemWatcher: typeof createFileSystemWatcher;
} = {
  workspaceFolders: [],
  getWorkspaceFolder: (uri) =>
    workspace.workspaceFolders.find((folder) => uri.fsPath.startsWith(`${folder.uri.fsPath}/`)),
  isTrusted: true,
  onDidGrantWorkspaceTrust: (tell) => {
    trustListeners.push(tell);
    return nothing();
  },
  onDidChangeConfiguration: nothing,
  createFileSystemWatcher,
};

/** Commands that were run. */
export const executed: unknown[][] = [];
export const commands = {
  executeCommand: async (...args: unknown[]): Promise<void> => {
    executed.push(args);
  },
};
export const window = {};
export const ProgressLocation = { Notification: 15 } as const;
export const QuickPickItemKind = { Separator: -1 } as const;

export const ConfigurationTarget = { Global: 1 };
