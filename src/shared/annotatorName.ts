/** Names an annotator's label file: letters, digits, space and . _ @ -, not starting or ending with a dot or space. */
export const annotatorPattern = /^(?![. ])[\p{L}\p{M}\p{N}_.@ -]{1,64}(?<![. ])$/u;

/** What a name that does not fit is told. */
export const ANNOTATOR_EXPECTED = 'expected 1 to 64 letters, digits, spaces or . _ @ - (no dot or space at either end)';
