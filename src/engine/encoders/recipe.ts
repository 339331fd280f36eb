import type { BuiltInName, FloatType, Pool } from '../../shared/encoders';
import type { EncoderInput, Preprocessing } from './preprocessing';

/**
 * A network that somebody else trained and that is run as it is, as plain data: it goes to the process that runs it, and
 * its digest names the features that come of it. Two of one digest give the same features of the same image file.
 */
export type EncoderRecipe = BuiltInRecipe | ExternalRecipe;

interface CommonRecipe {
  /** SHA-256 over everything that decides the values. */
  readonly digest: string;
  /** Numbers an image. */
  readonly dimensions: number;
  readonly preprocessing: Preprocessing;
  readonly input: EncoderInput;
  /** Images a run of the network: 1 where scores would depend on what is scored beside. */
  readonly batch: number;
  /** Whether the mirrored image is looked at too, and the features of both are averaged. */
  readonly mirrored: boolean;
}

export interface BuiltInRecipe extends CommonRecipe {
  readonly kind: 'builtIn';
  readonly name: BuiltInName;
  /** Weights of its last blocks that went on learning; left out where they are as they were shipped. */
  readonly continued?: { readonly path: string; readonly digest: string };
  /** The map before the last blocks takes the place of the rows. */
  readonly part?: 'map';
}

/** An ONNX file of one's own. */
export interface ExternalRecipe extends CommonRecipe {
  readonly kind: 'external';
  readonly name: string;
  /** Absolute path of the model. */
  readonly file: string;
  readonly inputName: string;
  readonly inputType: FloatType;
  readonly outputName: string;
  /** How the output becomes a row: [n × d] as it is (none), a sequence [n × tokens × d], or a map [n × d × h × w] over a grid. */
  readonly pool: Pool;
}

/** Rows that something else made of the images; there is no network to run. */
export interface GivenRecipe {
  readonly kind: 'given';
  readonly name: string;
  /** The dataset's folder, where they are kept. */
  readonly directory: string;
  readonly digest: string;
  readonly dimensions: number;
}

/** Where the rows of a frozen encoder come from. */
export type RowsRecipe = EncoderRecipe | GivenRecipe;
