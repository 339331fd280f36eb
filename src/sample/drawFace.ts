import { colour, mix } from './colour';
import { drawBackground } from './drawing/background';
import { drawBeard } from './drawing/beard';
import { drawCreases } from './drawing/creases';
import { drawBrows, drawEyes } from './drawing/eyes';
import { drawGlasses } from './drawing/glasses';
import { drawHair, drawHairBehind } from './drawing/hair';
import { drawEars, drawHead, drawNeck, headOutline } from './drawing/head';
import { drawLight, drawShadow } from './drawing/light';
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
    drawShadow(face.light) +
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
