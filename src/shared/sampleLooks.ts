/** The kinds of pictures that sample faces are drawn as, the usual one first. */
export const lookNames = ['photographs', 'studio'] as const;
export type LookName = (typeof lookNames)[number];

/** Harder than the studio's, as real pictures are: there, gradients at fixed places alone tell expressions well. */
export const DEFAULT_LOOK: LookName = 'photographs';
