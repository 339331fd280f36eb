const KEPT = 20;
const SHOWN = 3;

/** Cuts a stream of text into lines, hands them on, and remembers the last ones. */
export class StderrTail {
  private readonly lines: string[] = [];
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  add(text: string): void {
    const lines = (this.rest + text).split(/\r?\n/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      this.onLine(line);
      if (line.trim() !== '') this.lines.push(line.trim());
    }
    this.lines.splice(0, this.lines.length - KEPT);
  }

  /** The last lines that say something: not the frames of a stack, nor Node's own closing words. */
  lastLines(): readonly string[] {
    const telling = [...this.lines, this.rest.trim()].filter(
      (line) => line !== '' && !/^(at |Node\.js v|[\^~{}\]]|requireStack|code:|- )/.test(line),
    );
    return telling.slice(-SHOWN);
  }
}
