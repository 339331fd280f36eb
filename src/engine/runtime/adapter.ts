import type { AcceleratorName } from './accelerators';

export interface Adapter {
  readonly name: string;
  /** Whether the CPU only imitates a GPU. */
  readonly software: boolean;
}

/** Mesa's and Google's software Vulkan, Microsoft's WARP. */
const SOFTWARE = /llvmpipe|lavapipe|softpipe|swiftshader|basic render|\bwarp\b|software/i;
/** PCI vendor of Microsoft: its only display adapters are imitated ones. */
const MICROSOFT = 0x1414;

/**
 * Finds the device's name in what native libraries say while a probe opens it: ONNX Runtime has no call that tells it. On
 * Linux the Vulkan loader names the device it makes; elsewhere ONNX Runtime lists the hardware that it has found.
 */
export class AdapterReader {
  private opened: string | null = null;
  private readonly hardware: string[] = [];

  constructor(
    private readonly accelerator: AcceleratorName,
    private readonly platform: NodeJS.Platform,
  ) {}

  /** Takes one line of stderr. */
  read(line: string): void {
    this.opened = /Using "(.+)" with driver: "/.exec(line)?.[1]?.trim() ?? this.opened;
    const gpu = /OrtHardwareDevice \{vendor_id:0x([0-9a-f]+), .*vendor:([^,]*), type:1, metadata: \[(.*)\]\}/i.exec(
      line,
    );
    if (gpu && Number.parseInt(gpu[1], 16) !== MICROSOFT)
      this.hardware.push(/Description=([^,\]]+)/.exec(gpu[3])?.[1] ?? `a GPU by ${gpu[2] || 'an unknown maker'}`);
  }

  /** Null where nothing named one: it must then be taken for an imitated one. */
  get adapter(): Adapter | null {
    if (this.accelerator === 'cuda') return { name: 'an NVIDIA GPU', software: false };
    if (this.platform === 'darwin') return { name: this.hardware[0] ?? 'Apple GPU', software: false };
    const name = this.platform === 'linux' ? this.opened : (this.hardware[0] ?? null);
    return name === null ? null : { name, software: SOFTWARE.test(name) };
  }
}
