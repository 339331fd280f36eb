/** What may come next in a text in JSON. */
type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

const SCALARS = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/**
 * In which line a text stops being JSON, 1 for the first: JSON.parse names no place for some faults. The last one where the
 * end is missing.
 */
export function brokenLine(json: string): number {
  const scan = new Scan(json);
  while (scan.step());
  return json.slice(0, scan.at).split('\n').length;
}

/** Goes through a text token by token, without making anything of it. */
class Scan {
  at = 0;
  private expected: Expected = 'value';
  /** Brackets that are open, the innermost last. */
  private readonly open: ('{' | '[')[] = [];

  constructor(private readonly json: string) {}

  /** Takes a token; false where none fits, or at the end. */
  step(): boolean {
    while (this.at < this.json.length && ' \t\r\n'.includes(this.json.charAt(this.at))) this.at++;
    if (this.at >= this.json.length) {
      this.at = this.json.trimEnd().length;
      return false;
    }
    const next = this.json.charAt(this.at);
    switch (this.expected) {
      case 'key':
      case 'keyOrEnd':
        return (this.expected === 'keyOrEnd' && next === '}' && this.close()) || this.string('colon');
      case 'colon':
        return next === ':' && this.take(1, 'value');
      case 'commaOrEnd':
        if (next === ',') return this.take(1, this.open.at(-1) === '{' ? 'key' : 'value');
        return next === (this.open.at(-1) === '{' ? '}' : ']') && this.close();
      case 'nothing':
        return false;
      default:
        return (this.expected === 'valueOrEnd' && next === ']' && this.close()) || this.value(next);
    }
  }

  private value(next: string): boolean {
    if (next === '{' || next === '[') {
      this.open.push(next);
      return this.take(1, next === '{' ? 'keyOrEnd' : 'valueOrEnd');
    }
    if (next === '"') return this.string(this.afterValue());
    SCALARS.lastIndex = this.at;
    const scalar = SCALARS.exec(this.json);
    return scalar !== null && this.take(scalar[0].length, this.afterValue());
  }

  /** A string may not hold a line break, so one without an end is wrong where it begins. */
  private string(then: Expected): boolean {
    if (this.json.charAt(this.at) !== '"') return false;
    for (let end = this.at + 1; end < this.json.length; end++) {
      const character = this.json.charAt(end);
      if (character === '"') return this.take(end + 1 - this.at, then);
      if (character < ' ') return false;
      if (character === '\\') end++;
    }
    return false;
  }

  private close(): boolean {
    this.open.pop();
    return this.take(1, this.afterValue());
  }

  private take(length: number, then: Expected): true {
    this.at += length;
    this.expected = then;
    return true;
  }

  private readonly afterValue = (): Expected => (this.open.length === 0 ? 'nothing' : 'commaOrEnd');
}
