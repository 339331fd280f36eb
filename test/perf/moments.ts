import { readFileSync, writeFileSync } from 'node:fs';
import { quantile } from './quantile';

/** What the extension noted of a moment (src/extension/trace.ts): milliseconds since 1970, and milliseconds computed until then. */
export interface Moment {
  readonly moment: string;
  readonly at: number;
  readonly cpu: number;
}

/** The file of moments; each stretch of a run looks at those that came after it began. */
export class Moments {
  private begun = 0;

  constructor(readonly file: string) {
    writeFileSync(file, '');
  }

  /** Forgets what was noted until now. */
  begin(): void {
    this.begun = this.all().length;
  }

  /** Every moment of that name since `begin`, oldest first. */
  of(name: string): readonly Moment[] {
    const later = this.all().slice(this.begun);
    return later.filter(({ moment }) => moment === name);
  }

  /** The first of them. */
  first(name: string): Moment {
    const [first] = this.of(name);
    if (!first) throw new Error(`The extension noted no moment "${name}"; see ${this.file}.`);
    return first;
  }

  private all(): Moment[] {
    const lines = readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Moment);
  }
}

/** A way from one moment to another in stretches; each says whose it is: "editor: …", "ours: …". */
export class Way {
  private readonly parts: [string, number][] = [];
  private last: number;

  /** `from`: milliseconds since 1970, as all that follow. */
  constructor(private readonly from: number) {
    this.last = from;
  }

  /** The stretch that ends at `at`. */
  to(name: string, at: number): this {
    this.parts.push([name, at - this.last]);
    this.last = at;
    return this;
  }

  get milliseconds(): number {
    return this.last - this.from;
  }

  /** Milliseconds by name, and the sum of those that are ours. */
  get split(): Record<string, number> {
    const ours = this.parts.filter(([name]) => name.startsWith('ours')).reduce((sum, [, part]) => sum + part, 0);
    return { ...Object.fromEntries(this.parts), 'ours together': ours };
  }
}

/** For each stretch the quantile of its own times; they need not add up. */
export function quantiles(splits: readonly Readonly<Record<string, number>>[], share: number): Record<string, number> {
  const names = Object.keys(splits[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      quantile(
        splits.map((split) => split[name] ?? Number.NaN),
        share,
      ),
    ]),
  );
}
