/** Number of values in a tensor of this shape; 1 for that of a single number. */
export const elements = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
