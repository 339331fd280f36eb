/** An array of one text, as numpy saves it: what AffectNet's annotations are. */
export function npyText(text: string, descr = `<U${text.length}`): Uint8Array {
  const head = `${`{'descr': '${descr}', 'fortran_order': False, 'shape': (), }`.padEnd(117)}\n`;
  const isPlain = descr.includes('S');
  const start = 10 + head.length;
  const bytes = Buffer.alloc(start + text.length * (isPlain ? 1 : 4));
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(head.length, 8);
  bytes.write(head, 10, 'latin1');
  for (const [i, letter] of [...text].entries()) {
    const code = letter.codePointAt(0)!;
    if (isPlain) bytes.writeUInt8(code, start + i);
    else if (descr.startsWith('>')) bytes.writeUInt32BE(code, start + 4 * i);
    else bytes.writeUInt32LE(code, start + 4 * i);
  }
  return bytes;
}
