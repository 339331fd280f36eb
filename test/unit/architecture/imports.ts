import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** `import … from`, `export … from`, `import '…'` and `import('…')`, also of types alone: those bind files just as much. */
const anImport =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'/g;

/** What each file of ours below a folder imports of ours: paths from the project's folder, '/' separators. */
export const importsBelow = (folder: string): Map<string, Set<string>> =>
  new Map([...allImportsBelow(folder)].map(([file, all]) => [file, new Set([...all].filter(isOurs))]));

const isOurs = (path: string): boolean => existsSync(join(root, path));

/** The same with the names of packages and of Node's modules. */
export function allImportsBelow(folder: string): Map<string, Set<string>> {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => posix.join(folder, file.split(sep).join('/')));
  return new Map(files.map((file) => [file, importsOf(file)]));
}

/** In the order of the file. */
function importsOf(file: string): Set<string> {
  const text = readFileSync(join(root, file), 'utf8');
  const names = [...text.matchAll(anImport)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  return new Set(names.map((name) => (name.startsWith('.') ? resolved(file, name) : name)));
}

function resolved(from: string, name: string): string {
  const path = posix.join(dirname(from).split(sep).join('/'), name);
  const file = [path, `${path}.ts`].find((candidate) => /\.\w+$/.test(candidate) && existsSync(join(root, candidate)));
  if (!file) throw new Error(`${from} imports ${name}, which is not there.`);
  return relative(root, join(root, file)).split(sep).join('/');
}

/** Groups of nodes that reach each other (Tarjan 1972); a node alone is none. */
export function circles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    const own = index.size;
    index.set(node, own);
    low.set(node, own);
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) low.set(node, Math.min(low.get(node)!, visit(next)));
      else if (open.includes(next)) low.set(node, Math.min(low.get(node)!, index.get(next)!));
    }
    if (low.get(node) === own) {
      const group = open.splice(open.indexOf(node));
      if (group.length > 1) found.push(group.sort());
    }
    return low.get(node)!;
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}

/** The graph of groups of files; a group does not import itself. */
export function grouped(
  graph: ReadonlyMap<string, ReadonlySet<string>>,
  groupOf: (file: string) => string | null,
): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const [file, imports] of graph) {
    const from = groupOf(file);
    if (from === null) continue;
    const to = groups.get(from) ?? new Set();
    groups.set(from, to);
    for (const other of imports) {
      const group = groupOf(other);
      if (group !== null && group !== from) to.add(group);
    }
  }
  return groups;
}
