import { svg } from '../dom/element';
import { colourOf, css, SHAPE_PATHS, shapeOf } from './palette';

/** A point's mark as it stands in a legend. */
export function swatch(mark: number, hollow = false): SVGSVGElement {
  const style = hollow
    ? { fill: 'none', stroke: css(colourOf(mark)), 'stroke-width': 0.4 }
    : { fill: css(colourOf(mark)) };
  return svg(
    'svg',
    { class: 'swatch', viewBox: '-1.2 -1.2 2.4 2.4', 'aria-hidden': 'true' },
    svg('path', { d: SHAPE_PATHS[shapeOf(mark)], ...style }),
  );
}
