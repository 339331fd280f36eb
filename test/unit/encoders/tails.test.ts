import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInLayers } from '../../../src/engine/encoders/builtIn';
import { tails } from '../../../src/engine/encoders/continued/tails';
import { lowerGraphModel } from '../../../src/engine/encoders/graphModel/lower';
import { pooledRows } from '../../../src/engine/encoders/pool';
import { readShippedModel } from '../../../src/engine/encoders/shippedModels';
import { activationShapes, parameterDefinitions } from '../../../src/engine/network/definitions';
import { outputOf } from '../../../src/engine/network/network';
import { Random } from '../../../src/engine/numeric/random';
import { GraphBuilder } from '../../../src/engine/runtime/onnx/graphBuilder';
import { Tensor } from '../../../src/engine/runtime/onnx/library';
import { scoreIn } from '../../../src/engine/runtime/onnx/lower';
import { cpuProvider } from '../../../src/engine/runtime/onnx/provider';
import { builtInNames } from '../../../src/shared/encoders';
import { ensureBuilt } from '../../support/built';
import { projectFolder } from '../../support/folders';

beforeAll(ensureBuilt);

const SIDE = 160;

describe('the last blocks of a built-in encoder as a network of ours', () => {
  it.each(builtInNames)('%s: behind the first part they give the rows of the whole', async (name) => {
    const { file, placeholder, layers } = builtInLayers(name);
    const model = await readShippedModel(file, join(projectFolder, 'dist/encoders'));
    const { network, from, parameters } = tails[name];
    const weights = parameters(model);
    for (const [parameter, { shape }] of parameterDefinitions(network))
      expect(weights.get(parameter)?.shape, parameter).toEqual(shape);

    const graph = new GraphBuilder('both');
    const images = { name: graph.input('images', ['n', 3, SIDE, SIDE]), channels: 3, height: SIDE, width: SIDE };
    const maps = lowerGraphModel(graph, model, { placeholder, map: images }, [
      from,
      ...layers.map(({ layer }) => layer),
    ]);
    expect([maps[0]!.channels, maps[0]!.height, maps[0]!.width]).toEqual(network.input);
    const rows = maps.slice(1).map((map, i) => pooledRows(graph, map, layers[i]!.grid));
    graph.node('Identity', [graph.node('Concat', rows, { axis: 1 })], {}, 'whole');
    graph.node('Identity', [scoreIn(graph, { network, parameters: weights }, maps[0]!.name)], {}, 'blocks');
    const [columns] = activationShapes(network).get(outputOf(network))!;
    for (const output of ['whole', 'blocks']) graph.output(output, ['n', columns!]);

    const random = Random.stream(0, 'images');
    const values = Float32Array.from({ length: 2 * 3 * SIDE * SIDE }, () => random.between(-100, 150));
    const session = await cpuProvider(1).open(graph.build());
    const { whole, blocks } = await session.run({ images: new Tensor('float32', values, [2, 3, SIDE, SIDE]) });
    const expected = whole!.data as Float32Array;
    const found = blocks!.data as Float32Array;
    expect(found.length).toBe(expected.length);
    const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    expect(worst).toBeLessThan(1e-5);
    expect(expected.some((value) => value > 0.05)).toBe(true);
    await session.release();
  });
});
