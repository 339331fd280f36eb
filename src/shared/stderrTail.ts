/** Lines that are kept, and characters of each: a program on one line can be long. */
const KEPT = 40;
const LENGTH = 500;

/** Frames of a stack, and Node's own words around an error. */
const NOISE = /^(\d+: |at |-----|Node\.js v|[\^~{}\]]|requireStack|Require stack|code:|- )/;

/** Cuts what a process writes to stderr into lines, hands them on, and remembers the last ones. */
export class StderrTail {
  private readonly lines: string[] = [];
  private rest = '';

  constructor(private readonly onLine: (line: string) => void = () => {}) {}

  add(text: string): void {
    const lines = (this.rest + text).split(/\r?\n/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      this.onLine(line);
      this.remember(line);
    }
  }

  /** The process has ended: what it did not end with a line break is its last line. */
  end(): void {
    if (this.rest !== '') this.add('\n');
  }

  /** What is remembered of it. */
  get text(): string {
    return [...this.lines, this.rest.slice(0, LENGTH)].join('\n');
  }

  /** The last lines that say something, at most so many. */
  lastWords(most: number): string {
    return this.text
      .split('\n')
      .filter((line) => line !== '' && !NOISE.test(line))
      .slice(-most)
      .join(' ');
  }

  private remember(line: string): void {
    const trimmed = line.trim().slice(0, LENGTH);
    if (trimmed === '') return;
    this.lines.push(trimmed);
    if (this.lines.length > KEPT) this.lines.shift();
  }
}
