/** Something that tests need can't be had on this machine. The message is a sentence that says what and why. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
