import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { detectFaces } from '../../../src/engine/faces/detect';
import { openYuNet } from '../../../src/engine/faces/yuNet';
import { silentJob } from '../../../src/engine/job';
import { GraphBuilder } from '../../../src/engine/runtime/onnx/graphBuilder';
import { vitLike } from '../../support/encoderModels';
import { temporaryFolder } from '../../support/temporaryFolder';

/**
 * A model with the inputs and outputs of YuNet that takes what is red all over for a face: two strides each way around the middle of
 * the place, eyes half a stride left and right of it, the mouth half a stride below. Only the grid of 32 pixels answers.
 */
function redFinder(size: number | string): Uint8Array {
  const graph = new GraphBuilder('red');
  graph.input('input', [1, 3, size, size]);
  for (const stride of [8, 16, 32]) {
    const weights = graph.constant(Float32Array.of(-1 / 255, -1 / 255, 1 / 255), [1, 3, 1, 1]); // B, G, R
    const redness = graph.node('Conv', ['input', weights], { kernel_shape: [1, 1] });
    const kernel = { kernel_shape: [stride, stride], strides: [stride, stride] };
    const map = graph.node('AveragePool', [redness], kernel);
    const scores = graph.reshape(stride === 32 ? map : graph.mul(map, graph.scalar(0)), 1, -1, 1);
    graph.node('Identity', [scores], {}, `cls_${stride}`);
    graph.node('Identity', [scores], {}, `obj_${stride}`);
    const zeros = graph.mul(scores, graph.scalar(0));
    const size = Math.log(2);
    graph.node('Add', [zeros, graph.constant(Float32Array.of(0.5, 0.5, size, size), [1, 1, 4])], {}, `bbox_${stride}`);
    const points = Float32Array.of(0, 0.5, 1, 0.5, 0.5, 0.5, 0.25, 1, 0.75, 1);
    graph.node('Add', [zeros, graph.constant(points, [1, 1, 10])], {}, `kps_${stride}`);
    for (const kind of ['cls', 'obj', 'bbox', 'kps'])
      graph.output(`${kind}_${stride}`, [1, `places${stride}`, { cls: 1, obj: 1, bbox: 4, kps: 10 }[kind]!]);
  }
  return graph.build();
}

/** Grey with a red square of 32 pixels. */
function photo(width: number, height: number, left: number, top: number) {
  const data = new Uint8Array(width * height * 3).fill(90);
  for (let y = top; y < top + 32; y++)
    for (let x = left; x < left + 32; x++) data.set([255, 0, 0], (y * width + x) * 3);
  return { image: { width, height, channels: 3 as const, data }, scale: 1 };
}

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), 'model.onnx');
  await writeFile(path, bytes);
  return path;
}

describe("a YuNet of one's own", () => {
  it('finds faces in squares of its size that reach over the whole photo', async () => {
    const network = await openYuNet(await written(redFinder(64)), 1);
    onTestFinished(() => network.dispose());
    expect(network.takes).toEqual({ side: 64 });
    // levels of 64, 128 and 160 pixels; in the largest, squares begin at 0, 48 and 96
    const [face, ...others] = await detectFaces(photo(160, 160, 128, 96), network, silentJob);
    expect(others).toEqual([]);
    expect(face!.score).toBeCloseTo(1, 3);
    const { left, top, width, height } = face!.box;
    for (const [value, expected] of [
      [left, 112],
      [top, 80],
      [width, 64],
      [height, 64],
    ] as const)
      expect(value).toBeCloseTo(expected, 4);
    expect([face!.leftEye, face!.rightEye, face!.mouth]).toEqual([
      { x: 128, y: 112 },
      { x: 160, y: 112 },
      { x: 144, y: 128 },
    ]);
  });

  it('takes any size where the file does', async () => {
    const network = await openYuNet(await written(redFinder('side')), 1);
    onTestFinished(() => network.dispose());
    expect(network.takes).toEqual({ step: 32 });
    const image = photo(96, 96, 32, 64).image;
    const found = await network.detect(image, 0.9);
    expect(found.map(({ leftEye }) => leftEye)).toEqual([{ x: 32, y: 80 }]);
  });

  it("says in a sentence what can't be one", async () => {
    await expect(openYuNet('/nowhere/yunet.onnx', 1)).rejects.toThrow(
      /no file \/nowhere\/yunet\.onnx that can be read/,
    );
    await expect(openYuNet(await temporaryFolder(), 1)).rejects.toThrow(/is a folder; give the ONNX file/);
    await expect(openYuNet(await written(vitLike()), 1)).rejects.toThrow(/no YuNet of 2023: it has no output cls_8/);
    await expect(openYuNet(await written(Buffer.from('{}')), 1)).rejects.toThrow(/is no ONNX model/);
    await expect(openYuNet(await written(redFinder(40)), 1)).rejects.toThrow(/takes images of another kind than YuNet/);
  });
});
