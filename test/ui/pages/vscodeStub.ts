/** As much of VS Code's API as a page's host side needs, for tests that run it against a browser of their own. */

export const l10n = {
  t: (text: string, ...values: unknown[]): string =>
    values.length === 0 ? text : text.replace(/\{(\d+)\}/g, (whole, i) => String(values[Number(i)] ?? whole)),
};

export const env = { language: 'en' };

export class Uri {
  private constructor(readonly fsPath: string) {}
  static file = (path: string): Uri => new Uri(path);
  static joinPath = (base: Uri, ...steps: string[]): Uri => new Uri([base.fsPath, ...steps].join('/'));
  toString = (): string => `file://${this.fsPath}`;
}

export class CancellationTokenSource {
  readonly token = { isCancellationRequested: false };
  cancel(): void {
    this.token.isCancellationRequested = true;
  }
}
