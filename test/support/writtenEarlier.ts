import type { LabelEntry } from '../../src/shared/schema/labels';

/** Labels as versions before the lines wrote them into `labels/<annotator>.json`. */
export function writtenEarlier(labels: ReadonlyMap<string, LabelEntry>): string {
  const entries = [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = entries.map(([image, entry]) => {
    const fields = Object.entries(entry).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
    return `    ${JSON.stringify(image)}: { ${fields.join(', ')} }`;
  });
  return `{\n  "schema": 1,\n  "labels": {\n${lines.join(',\n')}\n  }\n}\n`;
}
