/** The encoders that come with Warmstart. */
export const builtInNames = ['faces', 'general'] as const;
export type BuiltInName = (typeof builtInNames)[number];
