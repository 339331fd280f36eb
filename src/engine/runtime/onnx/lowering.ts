import type { ActivationShape, Op, OpKind } from '../../network/network';
import type { GraphBuilder } from './graphBuilder';

/** Where ops put what they compute while a network is turned into an ONNX graph. Tensors are named by strings. */
export interface Lowering {
  readonly graph: GraphBuilder;
  /** Images in a batch; shapes of training graphs are fixed. */
  readonly batch: number;
  /** In training, batch statistics and dropout masks are used; in scoring, running statistics and no dropout. */
  readonly training: boolean;
  /** The tensor that holds an op's output. */
  value(name: string): string;
  /** The shape of one image's activation. */
  shape(name: string): ActivationShape;
  /** The tensor that holds a parameter, for example `parameter(op, 'weight')`. */
  parameter(op: Op, suffix: string): string;
  /** Replaces a running statistic by a new tensor after this step. */
  updateStatistic(op: Op, suffix: string, tensor: string): void;
  /** Keeps a tensor of the forward pass for the gradient of the same op. */
  keep(op: Op, what: string, tensor: string): void;
  kept(op: Op, what: string): string;
  /** A graph input with the dropout mask of an op, [batch × shape], already divided by the keep probability. */
  mask(op: Op): string;
}

/** What the gradient of an op adds to the lowering. */
export interface Gradients extends Lowering {
  /** Whether anybody needs the gradient with respect to this activation. */
  wanted(name: string): boolean;
  /** Adds to the gradient with respect to an activation. */
  accumulate(name: string, gradient: string): void;
  /** Sets the gradient of a parameter; `make` adds its nodes and is called only where parameters are differentiated. */
  parameterGradient(op: Op, suffix: string, make: () => string): void;
  /**
   * The product of a gradient and a tensor of the forward pass, broadcast along the shape of one row. A training step has
   * one row of gradients for each image; a graph of input gradients has several, one for each direction, which all meet
   * the same row of the forward pass.
   */
  times(gradient: RowTensor, forward: RowTensor): string;
}

/** A tensor and the shape of one of its rows. */
export interface RowTensor {
  readonly tensor: string;
  readonly shape: ActivationShape;
}

/** One op's forward pass and gradient as ONNX nodes. */
export interface OnnxOp<K extends OpKind> {
  /** Returns the tensor of the op's output. */
  forward(op: Op<K>, lowering: Lowering): string;
  /** Passes the gradient dy with respect to the op's output on to its inputs and parameters. */
  gradient(op: Op<K>, dy: string, gradients: Gradients): void;
}
