import type { Thing } from '../backdrops';
import { type Colour, hex, mix, white } from '../colour';
import type { FaceParameters } from '../parameters';
import type { Scene } from '../situation';
import { element, num } from '../svg';

/** Everything behind the person, over the whole picture. */
export function drawBackground({ scene }: FaceParameters): string {
  const stop = (offset: number, c: Colour): string => element('stop', { offset, 'stop-color': hex(c) });
  return (
    element(
      'linearGradient',
      { id: 'background', x1: 0, y1: 0, x2: 0.4, y2: 1 },
      stop(0, scene.background[0]) + stop(1, scene.background[1]),
    ) +
    element('rect', { x: -128, y: -128, width: 256, height: 256, fill: 'url(#background)' }) +
    drawBlobs(scene) +
    drawThings(scene)
  );
}

const drawBlobs = ({ blobs }: Scene): string =>
  blobs
    .map(({ x, y, radius, colour: c }, i) => {
      const id = `blob${i}`;
      const fade =
        element('stop', { offset: 0.55, 'stop-color': hex(c), 'stop-opacity': 0.8 }) +
        element('stop', { offset: 1, 'stop-color': hex(mix(c, white, 0.1)), 'stop-opacity': 0 });
      return (
        element('radialGradient', { id }, fade) + element('circle', { cx: x, cy: y, r: radius, fill: `url(#${id})` })
      );
    })
    .join('');

function drawThings({ things, blur }: Scene): string {
  if (things.length === 0) return '';
  const place = { filterUnits: 'userSpaceOnUse', x: -150, y: -150, width: 300, height: 300 };
  return (
    element('filter', { id: 'focus', ...place }, element('feGaussianBlur', { stdDeviation: blur })) +
    element('g', { filter: 'url(#focus)' }, things.map(drawThing).join(''))
  );
}

function drawThing({ form, x, y, width, height, turn, colour }: Thing): string {
  const look = {
    fill: hex(colour),
    ...(turn === 0 ? {} : { transform: `rotate(${num(turn)} ${num(x)} ${num(y)})` }),
  };
  return form === 'ellipse'
    ? element('ellipse', { cx: x, cy: y, rx: width / 2, ry: height / 2, ...look })
    : element('rect', { x: x - width / 2, y: y - height / 2, width, height, ...look });
}
