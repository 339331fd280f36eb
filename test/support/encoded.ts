/** A text as programs of one system or another write it. */
export const encodings = ['UTF-8', 'UTF-8 with a mark', 'UTF-16 LE', 'UTF-16 BE', 'UTF-16 LE without a mark'] as const;

export function encoded(text: string, encoding: (typeof encodings)[number]): Buffer {
  switch (encoding) {
    case 'UTF-8':
      return Buffer.from(text);
    case 'UTF-8 with a mark':
      return Buffer.from(`\uFEFF${text}`);
    case 'UTF-16 LE':
      return Buffer.from(`\uFEFF${text}`, 'utf16le');
    case 'UTF-16 BE':
      return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    case 'UTF-16 LE without a mark':
      return Buffer.from(text, 'utf16le');
  }
}
