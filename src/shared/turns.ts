/** Lets work under the same name happen one after another. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.last.get(name) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => {});
    this.last.set(name, settled);
    void settled.then(() => this.last.get(name) === settled && this.last.delete(name));
    return turn;
  }
}
