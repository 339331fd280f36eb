import { Disposable, EventEmitter, type TextDocumentContentProvider, Uri, workspace } from 'vscode';
import { agreementReport } from '../../shared/agreementReport';
import { type DatasetRef, datasetRef, placeIn, places } from '../../shared/workspace/paths';
import { LabelFolder } from '../answers/labelFolder';
import { isBroken } from '../datasets/datasetState';
import type { DatasetStore } from '../datasets/datasetStore';
import { agreementMarkdown } from './agreementMarkdown';

const SCHEME = 'warmstart-agreement';

/** The page of a dataset: its title in the tab, and in the query which it is. */
export const agreementUri = ({ workspace: folder, name }: DatasetRef, title: string): Uri =>
  Uri.from({ scheme: SCHEME, path: `/${title.replaceAll('/', '∕')}.md`, query: JSON.stringify([folder, name]) });

/** Pages that say how far people agree, made of the label files as they are, and made again when these change. */
export class AgreementPages implements Disposable, TextDocumentContentProvider {
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;
  private readonly parts: Disposable;

  constructor(private readonly datasets: DatasetStore) {
    this.parts = Disposable.from(
      this.changed,
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      datasets.onDidChange(() => this.changeAll()),
    );
  }

  async provideTextDocumentContent({ query }: Uri): Promise<string> {
    const [folder, name] = JSON.parse(query) as [string, string];
    const state = await this.datasets.read(datasetRef(folder, name));
    if (!state || isBroken(state)) return '';
    const { answers, merged } = await this.datasets.answers(state);
    const { files } = await new LabelFolder(placeIn(state.ref.directory, places.repeats)).read();
    const second = new Map([...files].map(([annotator, { entries }]) => [annotator, entries]));
    return agreementMarkdown(name, agreementReport(state.file.classes, answers, merged, second));
  }

  dispose(): void {
    this.parts.dispose();
  }

  private changeAll(): void {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === SCHEME) this.changed.fire(uri);
  }
}
