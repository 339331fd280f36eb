import { Disposable, RelativePattern, Uri, workspace } from 'vscode';

/** How long the watching of a new folder may take to begin. */
const SECOND_LOOK_MS = 1_000;

/**
 * Calls `changed` when files below a folder come, change or go. Where a folder comes, what lies in it may have come
 * before VS Code began to watch it, and is never told of; so `changed` is called for the folder again a little later.
 * The pattern has to match the folders that may come.
 */
export function watchFiles(folder: string, pattern: string, changed: (path: string) => void): Disposable {
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(folder), pattern));
  const later = new Set<NodeJS.Timeout>();
  const tell = ({ path }: Uri) => changed(path);
  const come = (uri: Uri) => {
    tell(uri);
    if (/\.[^/]+$/.test(uri.path)) return; // our files have an extension, our folders have none
    const timer = setTimeout(() => {
      later.delete(timer);
      tell(uri);
    }, SECOND_LOOK_MS);
    later.add(timer);
  };
  return Disposable.from(watcher, watcher.onDidCreate(come), watcher.onDidChange(tell), watcher.onDidDelete(tell), {
    dispose: () => {
      for (const timer of later) clearTimeout(timer);
    },
  });
}
