import type { InferenceSession, Tensor } from './library';
import { copyGraph, names } from './lower';
import type { Provider } from './provider';

/**
 * Tensors that the outputs of one step hand to the next as inputs, wherever they are. On a device each is a buffer that has
 * to be given back by hand.
 */
export class DeviceState {
  private reader: Promise<InferenceSession> | null = null;

  /** By graph input name. */
  constructor(
    private readonly provider: Provider,
    private readonly tensors: Map<string, Tensor>,
  ) {}

  feeds(): Record<string, Tensor> {
    return Object.fromEntries(this.tensors);
  }

  /** Takes the next values out of a step's results. */
  advance(results: Readonly<Record<string, Tensor | undefined>>): void {
    for (const [name, before] of this.tensors) {
      this.tensors.set(name, results[names.next(name)]!);
      giveBack(before);
    }
  }

  /**
   * Copies of all values. Downloading a buffer by `getData()` ends the process (ONNX Runtime 1.30), so a graph of identities
   * brings what is on a device to the CPU.
   */
  async read(): Promise<Map<string, Float32Array>> {
    const results = { ...this.feeds() };
    const away = [...this.tensors].filter(([, { location }]) => location !== 'cpu');
    if (away.length > 0) {
      this.reader ??= this.provider.open(copyGraph(new Map(away.map(([name, { dims }]) => [name, dims]))));
      const read = await (await this.reader).run(Object.fromEntries(away));
      for (const [name] of away) results[name] = read[names.copy(name)] as Tensor;
    }
    return new Map(Object.entries(results).map(([name, { data }]) => [name, (data as Float32Array).slice()]));
  }

  async dispose(): Promise<void> {
    for (const tensor of this.tensors.values()) giveBack(tensor);
    this.tensors.clear();
    await (await this.reader)?.release();
  }
}

/** Gives a device's buffer back; memory of the CPU is left to the garbage collector. */
export function giveBack(tensor: Tensor): void {
  if (tensor.location !== 'cpu') tensor.dispose();
}
