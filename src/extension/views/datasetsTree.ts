import { Disposable, EventEmitter, type TreeDataProvider, type TreeItem, window } from 'vscode';
import type { DatasetRef } from '../../shared/workspace/paths';
import type { DatasetListing } from '../datasets/datasetState';
import type { DatasetStore } from '../datasets/datasetStore';
import type { JobRunner } from '../jobs/jobRunner';
import { mark } from '../trace';
import { childNodes, type Node, nodeId, rootNodes } from './nodes';
import { treeItem } from './treeItem';

export const DATASETS_VIEW = 'warmstart.datasets';

/** Progress is shown on the encoder's item, but not each time it moves. */
const PROGRESS_MS = 1_000;

/** The one tree: datasets, and in each its encoder, rounds and benchmarks. */
export class DatasetsTree implements TreeDataProvider<Node>, Disposable {
  private readonly changed = new EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view = window.createTreeView(DATASETS_VIEW, { treeDataProvider: this, showCollapseAll: true });
  private readonly parents = new Map<string, Node>();
  /** The encoders' nodes as VS Code knows them, by the dataset's folder; they show what runs for them. */
  private readonly encoders = new Map<string, Node>();
  private busy: readonly string[] = [];
  private readonly listeners: Disposable;
  private timer: NodeJS.Timeout | undefined;
  /** What the roots were made of that VS Code was told last. */
  private shown: readonly DatasetListing[] | null = null;

  constructor(
    private readonly datasets: DatasetStore,
    private readonly jobs: JobRunner,
  ) {
    this.listeners = Disposable.from(
      datasets.onDidChange((all) => {
        // what VS Code has not been told yet it will ask for, and right after the start it has just been told this
        if (this.shown !== null && this.shown !== all) this.changed.fire(undefined);
      }),
      jobs.onDidChange(() => {
        this.timer ??= setTimeout(() => {
          this.timer = undefined;
          this.showProgress();
        }, PROGRESS_MS);
      }),
    );
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) return this.getRoots();
    const children = childNodes(node);
    for (const child of children) {
      this.parents.set(nodeId(child), node);
      if (child.kind === 'encoder') this.encoders.set(child.ref.directory, child);
    }
    return children;
  }

  private async getRoots(): Promise<Node[]> {
    mark('tree asked');
    let reading: ReturnType<DatasetStore['all']>;
    do {
      reading = this.datasets.all();
      this.shown = await reading;
    } while (reading !== this.datasets.all()); // read anew meanwhile
    mark('tree told');
    return rootNodes(this.shown);
  }

  getParent(node: Node): Node | undefined {
    return this.parents.get(nodeId(node));
  }

  getTreeItem(node: Node): TreeItem {
    return treeItem(node, node.kind === 'encoder' ? this.taskOf(node) : undefined);
  }

  /** The work that an encoder's item shows. */
  private taskOf({ ref }: Node) {
    return this.jobs.taskOn(ref, 'pretrain') ?? this.jobs.taskOn(ref, 'embed');
  }

  /** Brings a dataset into view and selects it; the view is shown if it was hidden. */
  async reveal(ref: DatasetRef): Promise<void> {
    const node = rootNodes(await this.datasets.all()).find((root) => root.ref.directory === ref.directory);
    if (node) await this.view.reveal(node, { select: true, focus: false, expand: true });
  }

  /** Draws the encoders anew that are being pre-trained or look at images, and those that were a moment ago; nothing else. */
  private showProgress(): void {
    const before = this.busy;
    this.busy = this.jobs.tasks.flatMap(({ job, ref }) =>
      (job === 'pretrain' || job === 'embed') && ref ? [ref.directory] : [],
    );
    for (const directory of new Set([...before, ...this.busy])) {
      const node = this.encoders.get(directory);
      if (node) this.changed.fire(node);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.dispose();
    this.view.dispose();
    this.changed.dispose();
  }
}
