/** What names an annotator's file: letters, digits, space and . _ @ -, not starting or ending with a dot or space. */
export const annotatorPattern = /^(?![. ])[\p{L}\p{M}\p{N}_.@ -]{1,64}(?<![. ])$/u;
