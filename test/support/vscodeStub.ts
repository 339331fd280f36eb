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

export class CancellationTokenSource {
  readonly token = { isCancellationRequested: false };
  cancel(): void {
    this.token.isCancellationRequested = true;
  }
}

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

/** Folders that a test says are open. */
export const workspace: {
  workspaceFolders: { readonly name: string; readonly uri: Uri }[];
  getWorkspaceFolder(uri: Uri): { readonly uri: Uri } | undefined;
} = {
  workspaceFolders: [],
  getWorkspaceFolder: (uri) =>
    workspace.workspaceFolders.find((folder) => uri.fsPath.startsWith(`${folder.uri.fsPath}/`)),
};

export const executed: unknown[][] = [];
export const commands = {
  executeCommand: async (...args: unknown[]): Promise<void> => {
    executed.push(args);
  },
};
export const window = {};
export const ProgressLocation = { Notification: 15 } as const;
export const QuickPickItemKind = { Separator: -1 } as const;
