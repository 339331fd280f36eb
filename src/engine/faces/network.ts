import type { Pixels } from '../encoders/resample';
import type { Detection } from './geometry';

/** A network that finds faces, open. */
export interface FaceNetwork {
  /** Tells networks apart: photos that another one has looked at are looked at again. */
  readonly digest: string;
  /** What images it takes: any size, in steps of so many pixels, or squares of one side only. */
  readonly takes: { readonly step: number } | { readonly side: number };
  /** Side of the square that it learned to find one near face in, and what the smallest scale of a photo has. */
  readonly side: number;
  /** From which score on something is a face. */
  readonly threshold: number;
  /** Everything in an RGB image of such a size that scores more than `least`; places of one face come several times. */
  detect(image: Pixels, least: number): Promise<Detection[]>;
  dispose(): Promise<void>;
}
