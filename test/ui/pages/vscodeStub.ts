import { type FSWatcher, watch } from 'node:fs';
import { join, posix } from 'node:path';

/** As much of VS Code's API as a page's host side needs, for tests that run it against a browser of their own. */

export const l10n = {
  t: (text: string, ...values: unknown[]): string =>
    values.length === 0 ? text : text.replace(/\{(\d+)\}/g, (whole, i) => String(values[Number(i)] ?? whole)),
};

export const env = { language: 'en' };

export class Uri {
  readonly scheme = 'file';
  private constructor(readonly fsPath: string) {}
  get path(): string {
    return this.fsPath;
  }
  static file = (path: string): Uri => new Uri(path);
  static joinPath = (base: Uri, ...steps: string[]): Uri => new Uri([base.fsPath, ...steps].join('/'));
  toString = (): string => `file://${this.fsPath}`;
}

export class CancellationTokenSource {
  readonly token = { isCancellationRequested: false };
  cancel(): void {
    this.token.isCancellationRequested = true;
  }
}

export class Disposable {
  constructor(readonly dispose: () => void) {}
  static from = (...parts: { dispose(): void }[]): Disposable =>
    new Disposable(() => {
      for (const part of parts) part.dispose();
    });
}

export class RelativePattern {
  constructor(
    readonly base: Uri,
    readonly pattern: string,
  ) {}
}

/** Commands that were run. */
export const executed: unknown[][] = [];
export const commands = {
  executeCommand: async (...call: unknown[]): Promise<void> => void executed.push(call),
};

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

export const workspace = {
  isTrusted: true,
  onDidChangeConfiguration: nothing,
  createFileSystemWatcher,
};
