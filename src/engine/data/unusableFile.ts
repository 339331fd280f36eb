/** An image file that can't be used; the message is the reason, in words that follow its name. */
export class UnusableFile extends Error {}
