import { type CancellationToken, CancellationTokenSource } from 'vscode';
import type { EngineJobs } from '../../shared/protocol/engine';
import type { Suggestions } from '../../shared/protocol/labelling';

const OFF: Suggestions = { status: 'off', message: null, items: {} };

/** What the model thinks of a batch, while somebody wants to see it. It comes from a job, so labelling goes on meanwhile. */
export class ModelSuggestions {
  private current = OFF;
  private asking: CancellationTokenSource | null = null;

  constructor(
    private readonly around: {
      ask(token: CancellationToken): Promise<EngineJobs['suggest']['result']>;
      changed(): void;
    },
  ) {}

  get state(): Suggestions {
    return this.current;
  }

  dispose(): void {
    this.asking?.cancel();
  }

  /** Switches them on, also to ask again, or off. */
  switch(on: boolean): void {
    this.asking?.cancel();
    this.asking = null;
    this.current = on ? { ...OFF, status: 'loading' } : OFF;
    this.around.changed();
    if (!on) return;
    this.asking = new CancellationTokenSource();
    void this.load(this.asking.token);
  }

  private async load(token: CancellationToken): Promise<void> {
    let outcome: Suggestions;
    try {
      const { suggestions } = await this.around.ask(token);
      const items = suggestions.map(({ image, label, probability }) => [image, { label, probability }] as const);
      outcome = { status: 'on', message: null, items: Object.fromEntries(items) };
    } catch (error) {
      outcome = { status: 'failed', message: (error as Error).message, items: {} };
    }
    if (token.isCancellationRequested) return;
    this.current = outcome;
    this.around.changed();
  }
}
