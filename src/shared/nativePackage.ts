/** Packages whose binary is made for one platform, and how the loader complains when it is not there or does not fit. */
const complaints: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['sharp', /Could not load the "sharp" module|Cannot find (?:module|package) '(?:sharp|@img\/[^']*)'/],
  [
    'onnxruntime-node',
    /Cannot find (?:module|package) 'onnxruntime-node'|onnxruntime_binding\.node|libonnxruntime\.|onnxruntime\.dll/,
  ],
];

/** The native package that an error's text or a process's last words say is missing; null when it is about anything else. */
export function missingNativePackage(text: string): string | null {
  return complaints.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}
