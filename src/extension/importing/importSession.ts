import type { Disposable } from 'vscode';
import type { FolderLook, FormLook, ImagesLook } from '../../shared/protocol/engine';
import type { ImportChoices, ImportPageState } from '../../shared/protocol/importing';
import type { EngineClient } from '../engine/engineClient';
import { ComputedColumns } from '../gallery/computedColumns';
import { asFound, type ImportWish, importWish, likelyParts, partsWish } from './importWish';

/** A folder to be imported. */
export interface FolderPlace {
  readonly workspace: string;
  readonly folder: string;
}

/** What names tell of a folder, and the choices to begin with. */
export interface FirstLook {
  readonly look: FolderLook;
  readonly choices: ImportChoices;
  readonly doubtful: readonly string[];
}

/** Looks at a folder by names alone; where it is not clear what is a part, once more by what is likely. */
export async function firstLook(run: EngineClient['run'], at: FolderPlace, watch = {}): Promise<FirstLook> {
  const look = await run('look', at, watch);
  const parts = likelyParts(look);
  if (!parts || !look.parts) return { look, choices: asFound, doubtful: [] };
  const doubtful = [...look.parts.train, ...look.parts.test];
  return {
    look: await run('look', { ...at, ...partsWish(parts) }, watch),
    choices: { ...asFound, parts },
    doubtful,
  };
}

/** What a person is shown of a folder before it is imported, and what they have said of it. */
export class ImportSession implements Disposable {
  private choices: ImportChoices;
  private look: FolderLook;
  private progress = { done: 0, total: 0 };
  private readonly reading: ComputedColumns<FolderLook>;
  private readonly form: ComputedColumns<FormLook>;
  private readonly images: ComputedColumns<ImagesLook>;
  private read: Promise<void> = Promise.resolve();
  /** Counts what begins anew: what an earlier turn comes to is of no use. */
  private turn = 0;

  constructor(
    engine: EngineClient,
    private readonly at: FolderPlace,
    private readonly first: FirstLook,
    private readonly changed: () => void,
  ) {
    this.choices = first.choices;
    this.look = first.look;
    this.reading = new ComputedColumns({
      ask: (token) => engine.run('look', this.request, { token }),
      changed,
    });
    this.form = new ComputedColumns({
      ask: (token) => engine.run('lookAtForm', this.formRequest, { token }),
      changed,
    });
    this.images = new ComputedColumns({
      ask: (token) => {
        this.progress = { done: 0, total: 0 };
        return engine.run('lookAtImages', this.formRequest, {
          token,
          report: ({ done, total, stage }) => {
            if (stage !== OPENING) return;
            this.progress = { done, total };
            changed();
          },
        });
      },
      changed,
    });
  }

  get state(): Omit<ImportPageState, 'name' | 'texts'> {
    return {
      choices: this.choices,
      look: this.look,
      doubtful: this.first.doubtful,
      reading: this.reading.state,
      form: { ...this.form.state, found: this.form.result },
      images: { ...this.images.state, found: this.images.result, ...this.progress },
    };
  }

  /** Opens images in the background: some, and then all. */
  lookAtImages(): void {
    const turn = ++this.turn;
    this.images.clear();
    void this.form.load().then(() => {
      if (turn === this.turn && this.form.state.status === 'ready') void this.images.load();
    });
  }

  choose(choices: ImportChoices): void {
    const before = this.choices;
    this.choices = choices;
    if (JSON.stringify(before.parts) !== JSON.stringify(choices.parts)) this.read = this.readAgain();
    else if (before.fit !== choices.fit) this.lookAtImages();
    else this.changed();
  }

  /** What an import is to be told. Throws a sentence where that can't be. */
  async wish(choices: ImportChoices): Promise<ImportWish> {
    this.choose(choices);
    await this.read;
    const { status, message } = this.reading.state;
    if (status === 'failed' && message !== null) throw new Error(message);
    return importWish(this.look, this.choices);
  }

  private async readAgain(): Promise<void> {
    const turn = ++this.turn;
    this.form.clear();
    this.images.clear();
    await this.reading.load();
    const { result } = this.reading;
    if (turn !== this.turn || !result) return;
    this.look = result;
    this.lookAtImages();
  }

  private get request() {
    return { ...this.at, ...partsWish(this.choices.parts) };
  }

  private get formRequest() {
    const { fit } = this.choices;
    return { ...this.request, ...(fit && { fit }) };
  }

  dispose(): void {
    this.turn++;
    for (const each of [this.reading, this.form, this.images]) each.dispose();
  }
}

/** The stage of the engine in which images are opened. */
const OPENING = 'Decoding images';
