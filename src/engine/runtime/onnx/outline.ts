import { closeSync } from 'node:fs';
import { openFileSync } from '../../store/door';
import { type Field, WireError, WireFile } from './wire';

/** What an ONNX file says of itself, without its weights. */
export interface ModelOutline {
  /** What it must be given: without those inputs that have a value in the file. */
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** `domain` is '' for ONNX's own. */
  readonly operators: readonly { readonly domain: string; readonly name: string }[];
  /** Domains of the functions that the model itself defines. */
  readonly ownDomains: ReadonlySet<string>;
  /** Files beside it with weights, as it names them. */
  readonly dataFiles: readonly string[];
}

export interface Value {
  readonly name: string;
  /** Number of the type of its elements; 0 for what is no tensor. */
  readonly type: number;
  /** A size, the name of a size, or null for one that is not known; null where not even their number is. */
  readonly shape: readonly (number | string | null)[] | null;
}

/**
 * Reads the outline of an ONNX file of `size` bytes.
 * @throws WireError where it is none, or is truncated.
 */
export function readOutline(path: string, size: number): ModelOutline {
  const { descriptor } = openFileSync(path, 'rows');
  try {
    return new Outline(new WireFile(descriptor, size)).model();
  } finally {
    closeSync(descriptor);
  }
}

/** Field numbers of onnx.proto. */
const MODEL = { graph: 7, functions: 25 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparse: 15 };
const NODE = { operator: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11 };
const FUNCTION = { node: 7, domain: 10 };
const TENSOR = { name: 8, external: 13 };
const SPARSE = { values: 1, indices: 2 };
const PAIR = { key: 1, value: 2 };

const MOST_NESTED = 32;

class Outline {
  private readonly inputs: Value[] = [];
  private readonly outputs: Value[] = [];
  private readonly given = new Set<string>();
  private readonly operators = new Map<string, { domain: string; name: string }>();
  private readonly ownDomains = new Set<string>();
  private readonly dataFiles = new Set<string>();

  constructor(private readonly file: WireFile) {}

  model(): ModelOutline {
    for (const field of this.file.fields(0, this.file.size)) {
      if (field.id === MODEL.graph) this.graph(field, 0);
      if (field.id === MODEL.functions) this.function(field);
    }
    const { operators, ownDomains, outputs, given, dataFiles } = this;
    const inputs = this.inputs.filter(({ name }) => !given.has(name));
    return { inputs, outputs, operators: [...operators.values()], ownDomains, dataFiles: [...dataFiles] };
  }

  private graph({ start, end }: Field, depth: number): void {
    if (depth > MOST_NESTED) throw new WireError('its graphs are nested too deeply');
    for (const field of this.file.fields(start, end)) {
      if (field.id === GRAPH.node) this.node(field, depth);
      if (field.id === GRAPH.initializer) this.initializer(field, depth);
      if (field.id === GRAPH.sparse) this.sparse(field);
      if (depth > 0) continue;
      if (field.id === GRAPH.input) this.inputs.push(this.value(field));
      if (field.id === GRAPH.output) this.outputs.push(this.value(field));
    }
  }

  private node({ start, end }: Field, depth: number): void {
    let [name, domain] = ['', ''];
    for (const field of this.file.fields(start, end)) {
      if (field.id === NODE.operator) name = this.file.text(field);
      if (field.id === NODE.domain) domain = this.file.text(field);
      if (field.id === NODE.attribute) this.attribute(field, depth);
    }
    this.operators.set(`${domain} ${name}`, { domain, name });
  }

  private attribute({ start, end }: Field, depth: number): void {
    for (const field of this.file.fields(start, end)) {
      if (field.id === ATTRIBUTE.graph || field.id === ATTRIBUTE.graphs) this.graph(field, depth + 1);
      if (field.id === ATTRIBUTE.tensor || field.id === ATTRIBUTE.tensors) this.tensor(field);
    }
  }

  private function({ start, end }: Field): void {
    for (const field of this.file.fields(start, end)) {
      if (field.id === FUNCTION.node) this.node(field, 0);
      if (field.id === FUNCTION.domain) this.ownDomains.add(this.file.text(field));
    }
  }

  private initializer(field: Field, depth: number): void {
    const name = this.tensor(field);
    if (depth === 0) this.given.add(name);
  }

  private sparse({ start, end }: Field): void {
    for (const field of this.file.fields(start, end))
      if (field.id === SPARSE.values || field.id === SPARSE.indices) this.tensor(field);
  }

  /** Its name; where its values lie in another file, that is noted. */
  private tensor({ start, end }: Field): string {
    let name = '';
    for (const field of this.file.fields(start, end)) {
      if (field.id === TENSOR.name) name = this.file.text(field);
      if (field.id !== TENSOR.external) continue;
      const pair = this.texts(field);
      if (pair.get(PAIR.key) === 'location') this.dataFiles.add(pair.get(PAIR.value) ?? '');
    }
    return name;
  }

  private texts({ start, end }: Field): Map<number, string> {
    return new Map([...this.file.fields(start, end)].map((field) => [field.id, this.file.text(field)]));
  }

  /** ValueInfoProto: name 1, type 2 → tensor_type 1 → elem_type 1, shape 2 → dim 1. */
  private value(field: Field): Value {
    const inside = this.last(field);
    const name = inside.get(1);
    const tensor = this.last(this.last(inside.get(2)).get(1));
    const shape = tensor.get(2);
    return {
      name: name ? this.file.text(name) : '',
      type: tensor.get(1)?.value ?? 0,
      shape: shape
        ? [...this.file.fields(shape.start, shape.end)].filter(({ id }) => id === 1).map((dim) => this.size(dim))
        : null,
    };
  }

  /** Dimension: dim_value 1, dim_param 2. */
  private size(dimension: Field): number | string | null {
    const inside = this.last(dimension);
    const [value, name] = [inside.get(1), inside.get(2)];
    if (value) return value.value > 0 ? value.value : null;
    return (name && this.file.text(name)) || null;
  }

  /** The fields of a message by their number; of those that stand twice the last counts. */
  private last(message: Field | undefined): Map<number, Field> {
    return new Map(message && [...this.file.fields(message.start, message.end)].map((field) => [field.id, field]));
  }
}
