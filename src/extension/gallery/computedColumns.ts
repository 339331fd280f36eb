import { type CancellationToken, CancellationTokenSource } from 'vscode';
import type { Computed } from '../../shared/protocol/gallery';

/** What an engine's job says of all images, when somebody wants it: asked for anew, the last asking counts. */
export class ComputedColumns<R> {
  private current: Omit<Computed, 'version'> = { status: 'none', message: null };
  private version = 0;
  private asking: CancellationTokenSource | null = null;
  private columns: R | null = null;

  constructor(private readonly around: { ask(token: CancellationToken): Promise<R>; changed(): void }) {}

  get state(): Computed {
    return { ...this.current, version: this.version };
  }

  /** The last result; null while there is none. */
  get result(): R | null {
    return this.columns;
  }

  dispose(): void {
    this.asking?.cancel();
  }

  /** There is nothing to be computed from. */
  clear(): void {
    this.asking?.cancel();
    this.asking = null;
    if (this.current.status === 'none') return;
    this.columns = null;
    this.current = { status: 'none', message: null };
    this.around.changed();
  }

  /** Settles when they are there, or can't be. */
  async load(): Promise<void> {
    this.asking?.cancel();
    const source = new CancellationTokenSource();
    this.asking = source;
    this.current = { status: 'loading', message: null };
    this.around.changed();
    try {
      const columns = await this.around.ask(source.token);
      if (source.token.isCancellationRequested) return;
      this.columns = columns;
      this.version++;
      this.current = { status: 'ready', message: null };
    } catch (error) {
      if (source.token.isCancellationRequested) return;
      this.columns = null;
      this.current = { status: 'failed', message: (error as Error).message };
    }
    this.around.changed();
  }
}
