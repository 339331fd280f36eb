/** Those who want to be told of something. VS Code's own emitter is missing where the engine is tested without it. */
export class Listeners<T> {
  private readonly all = new Set<{ readonly tell: (value: T) => unknown }>();

  readonly add = (tell: (value: T) => unknown): { dispose(): void } => {
    const listener = { tell }; // the same function may listen twice
    this.all.add(listener);
    return { dispose: () => void this.all.delete(listener) };
  };

  tell(value: T): void {
    for (const listener of [...this.all]) listener.tell(value);
  }

  dispose(): void {
    this.all.clear();
  }
}
