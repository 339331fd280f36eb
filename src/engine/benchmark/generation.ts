/** Raise when a change of the engine makes stored cells and fits incomparable with new ones. */
export const GENERATION = 6;
