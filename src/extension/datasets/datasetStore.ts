import { isDeepStrictEqual } from 'node:util';
import { Disposable, EventEmitter, type WorkspaceFolder, window, workspace } from 'vscode';
import { type DatasetRef, places } from '../../shared/workspace/paths';
import { mark } from '../trace';
import { watchFiles } from '../watchFiles';
import type { Answers } from './answers';
import { type DatasetListing, type DatasetState, isBroken } from './datasetState';
import type { Readers } from './readers';

/** Files change in bursts (a checkout, an import); they are read when the burst is over, or at the latest after a while. */
const QUIET_MS = 150;
const LATEST_MS = 2_000;
/** Who has just answered will most likely answer again; reading and drawing the tree in between would slow that down. */
const QUIET_LABELS_MS = 1_000;
const LATEST_LABELS_MS = 30_000;
/** VS Code's watchers begin some time after they were asked for, and tell nothing of what happened in between. */
const WATCHING_MS = 10_000;

/** The datasets of all workspace folders as their files are now, and word of every change. */
export class DatasetStore implements Disposable {
  private readers: Promise<Readers> | null = null;
  private readonly changed = new EventEmitter<readonly DatasetListing[]>();
  /** Fires with all datasets when files have changed what is known of them, whoever changed them. */
  readonly onDidChange = this.changed.event;
  private watchers: Disposable[] = [];
  private readonly listeners: Disposable;
  private reading: Promise<readonly DatasetListing[]> | null = null;
  private quiet: NodeJS.Timeout | undefined;
  private watching: NodeJS.Timeout | undefined;
  private firstChange = 0;
  /** When files will be read because others than labels have changed; null when none has. */
  private urgent: number | null = null;
  /** What listeners know. */
  private told: readonly DatasetListing[] | null = null;

  /** `loadReaders` is called when they are first needed: their code is most of what would make an activation slow. */
  constructor(private readonly loadReaders: () => Promise<Readers>) {
    this.watch();
    this.listeners = Disposable.from(
      workspace.onDidChangeWorkspaceFolders(() => {
        this.watch();
        this.refresh();
      }),
      // some file systems tell nothing at all
      window.onDidChangeWindowState(({ focused }) => focused && this.refresh()),
    );
  }

  /** Everything there is, by folder and name. Read once until something changes. */
  all(): Promise<readonly DatasetListing[]> {
    this.reading ??= this.readAll();
    return this.reading;
  }

  /** One dataset as it is on disk at this moment; null when it is gone. */
  async read(ref: DatasetRef): Promise<DatasetListing | null> {
    const { readDataset, known } = await this.load();
    return readDataset(ref, known);
  }

  /** Everything that people answered in a dataset, as it is on disk at this moment. */
  async answers({ ref, file }: Pick<DatasetState, 'ref' | 'file'>): Promise<Answers> {
    const { readAnswers, known } = await this.load();
    return readAnswers(ref, file.classes, known);
  }

  /** The newest round that asked for an image; undefined when none did. */
  async roundOf(state: Pick<DatasetState, 'ref' | 'rounds'>, image: string): Promise<number | undefined> {
    const { roundOf } = await this.load();
    return roundOf(state, image);
  }

  /** Reads everything again and tells what is new. */
  async refresh(): Promise<readonly DatasetListing[]> {
    mark('datasets read');
    clearTimeout(this.quiet);
    this.firstChange = 0;
    this.urgent = null;
    this.reading = this.readAll();
    const reading = this.reading;
    const all = await reading;
    if (this.reading !== reading || isDeepStrictEqual(all, this.told)) return all;
    mark('datasets told');
    this.told = all;
    this.changed.fire(all);
    return all;
  }

  dispose(): void {
    clearTimeout(this.quiet);
    clearTimeout(this.watching);
    for (const watcher of this.watchers) watcher.dispose();
    this.listeners.dispose();
    this.changed.dispose();
  }

  private async readAll(): Promise<readonly DatasetListing[]> {
    const { listDatasets } = await this.load();
    const refs = (await Promise.all(diskFolders().map(({ uri }) => listDatasets(uri.fsPath)))).flat();
    const listings = await Promise.all(refs.map((ref) => this.read(ref)));
    return listings.filter((listing) => listing !== null);
  }

  private load() {
    this.readers ??= this.loadReaders();
    return this.readers;
  }

  private watch(): void {
    for (const watcher of this.watchers) watcher.dispose();
    this.watchers = diskFolders().map(({ uri }) =>
      watchFiles(uri.fsPath, '{warmstart,warmstart/**}', (path) => {
        if (isWorthReading(path)) this.soon(path);
      }),
    );
    clearTimeout(this.watching);
    this.watching = setTimeout(() => void this.refresh(), WATCHING_MS);
  }

  private soon(path: string): void {
    const now = Date.now();
    this.firstChange ||= now;
    const [quiet, latest] = /\/labels(\/[^/]*)?$/.test(path)
      ? [QUIET_LABELS_MS, LATEST_LABELS_MS]
      : [QUIET_MS, LATEST_MS];
    const due = Math.max(now, Math.min(now + quiet, this.firstChange + latest));
    // labels never put off what another file has made urgent
    if (quiet === QUIET_LABELS_MS && this.urgent !== null && this.urgent <= due) return;
    if (quiet === QUIET_MS) this.urgent = due;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => void this.refresh(), due - now);
  }
}

/** The cache, locks, half-written files and faces that are being cut out say nothing, but for the checkpoint, whose coming and going the tree shows. */
const isWorthReading = (path: string) =>
  path.endsWith(`/${places.checkpoint}`) ||
  (!path.includes(`/${places.cache}/`) && !/\/\.[^/]*\.tmp$|\.lock$|\.face\d+\.png$/.test(path));

/** Workspace folders that are folders on a disk. */
export const diskFolders = (): readonly WorkspaceFolder[] =>
  (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');

/** Datasets that can be used. */
export const usable = (listings: readonly DatasetListing[]): DatasetState[] =>
  listings.filter((listing): listing is DatasetState => !isBroken(listing));
