/** A word as a POSIX shell reads it. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A command line as a POSIX shell reads it, an option and its value on a line each. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(' ').replaceAll(' --', ' \\\n  --');
}
