export function bundle(
  entryPoints: Readonly<Record<string, string>>,
  outdir: string,
  options?: { readonly withPackages?: boolean },
): Promise<void>;
