import { colour, hex, mix, white } from './colour';
import { drawBeard } from './drawing/beard';
import { drawCreases } from './drawing/creases';
import { drawBrows, drawEyes } from './drawing/eyes';
import { drawGlasses } from './drawing/glasses';
import { drawHair, drawHairBehind } from './drawing/hair';
import { drawEars, drawHead, drawLight, drawNeck, headOutline } from './drawing/head';
import { drawMouth } from './drawing/mouth';
import { drawNose } from './drawing/nose';
import { palette, spotGradients } from './drawing/palette';
import { Frame } from './frame';
import { landmarks } from './landmarks';
import type { FaceParameters } from './parameters';
import { element, loop } from './svg';

/**
 * A synthetic face as SVG, `size` pixels wide and high. Pure: same parameters, same text. Everything but the camera
 * (blur, noise, brightness, contrast), which render.ts adds to the pixels.
 */
export function drawFace(face: FaceParameters, size = 256): string {
  const frame = new Frame(face.pose);
  const marks = landmarks(face);
  const skin = palette(face.identity.skin);
  const hidden = face.identity.hair.style === 'headscarf';
  const gradients = spotGradients({
    'spot-shade': skin.shade,
    'spot-deep': skin.deep,
    'spot-bright': skin.bright,
    'spot-blush': mix(face.identity.skin, colour('#c8503c'), 0.55),
  });
  const clip = element('clipPath', { id: 'head' }, element('path', { d: loop(headOutline(frame, marks, 0.5)) }));
  const onSkin = drawCreases(frame, marks, face, skin);
  const person =
    drawHairBehind(frame, marks, face) +
    drawNeck(frame, marks, face, skin) +
    (hidden ? '' : drawEars(frame, marks, face.identity.head.ears, skin)) +
    drawHead(frame, marks, face, skin) +
    element('g', { 'clip-path': 'url(#head)' }, onSkin) +
    drawBeard(frame, marks, face) +
    drawMouth(frame, marks, face, skin) +
    drawEyes(frame, marks.eyes, face, skin) +
    drawNose(frame, marks, face, skin) +
    drawBrows(frame, marks.brows, face) +
    drawHair(frame, marks, face) +
    (face.identity.glasses ? drawGlasses(frame, marks, face.identity.glasses) : '');
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width: size, height: size, viewBox: '-128 -128 256 256' },
    element('defs', {}, gradients + clip) +
      drawBackground(face) +
      element('g', { transform: frame.transform }, person) +
      drawLight(face),
  );
}

function drawBackground({ scene }: FaceParameters): string {
  const stop = (offset: number, c: (typeof scene.background)[0]): string =>
    element('stop', { offset, 'stop-color': hex(c) });
  const blobs = scene.blobs
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
  return (
    element(
      'linearGradient',
      { id: 'background', x1: 0, y1: 0, x2: 0.4, y2: 1 },
      stop(0, scene.background[0]) + stop(1, scene.background[1]),
    ) +
    element('rect', { x: -128, y: -128, width: 256, height: 256, fill: 'url(#background)' }) +
    blobs
  );
}
