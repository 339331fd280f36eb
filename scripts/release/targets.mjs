// The platforms that Warmstart is packaged for, and which packages with native code each of them needs.

/** By VS Code's names. */
export const targets = {
  'linux-x64': { platform: 'linux', arch: 'x64', libc: 'glibc' },
  'linux-arm64': { platform: 'linux', arch: 'arm64', libc: 'glibc' },
  'darwin-arm64': { platform: 'darwin', arch: 'arm64' },
  'darwin-x64': { platform: 'darwin', arch: 'x64' },
  'win32-x64': { platform: 'win32', arch: 'x64' },
  'win32-arm64': { platform: 'win32', arch: 'arm64' },
};

/** The last ONNX Runtime that was built for Macs with Intel processors; package-lock.json knows only the one of all others. */
const intelMac = {
  'onnxruntime-node': {
    version: '1.23.2',
    integrity: 'sha512-OBTsG0W8ddBVOeVVVychpVBS87A9YV5sa2hJ6lc025T97Le+J4v++PwSC4XFs1C62SWyNdof0Mh4KvnZgtt4aw==',
  },
  'onnxruntime-common': {
    version: '1.23.2',
    integrity: 'sha512-5LFsC9Dukzp2WV6kNHYLNzp8sT6V02IubLCbzw2Xd6X5GOlr65gAX6xiJwyi2URJol/s71gaQLC5F2C25AAR2w==',
  },
};
const instead = { 'darwin-x64': intelMac };

/** Dependencies that only a package's install script uses. */
const installOnly = new Set(['adm-zip', 'global-agent']);

/** The target of this machine. */
export const hostTarget = () => `${process.platform}-${process.arch}`;

/**
 * All packages that `names` need at run time on a target, themselves included, with their digests: what package-lock.json
 * says, whatever is installed here.
 */
export function packagesFor(lock, names, target) {
  const found = new Map();
  const visit = (name, optional) => {
    if (found.has(name) || installOnly.has(name)) return;
    const entry = lock.packages[`node_modules/${name}`];
    if (!entry) throw new Error(`package-lock.json has no ${name} at its top; packages below others are not staged.`);
    if (optional && !fits(entry, targets[target])) return;
    const { version, integrity } = instead[target]?.[name] ?? entry;
    found.set(name, { name, version, integrity });
    for (const other of Object.keys(entry.dependencies ?? {})) visit(other, false);
    for (const other of Object.keys(entry.optionalDependencies ?? {})) visit(other, true);
  };
  for (const name of names) visit(name, false);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether a package is for that platform; without a word of its own it is for all. */
function fits({ os, cpu, libc }, { platform, arch, libc: ours }) {
  const takes = (list, value) => !list || (list.includes(value) && !list.includes(`!${value}`));
  return takes(os, platform) && takes(cpu, arch) && (ours === undefined || takes(libc, ours));
}
