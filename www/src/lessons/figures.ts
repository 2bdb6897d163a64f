import { svg } from '../dom/element';

type Point = readonly [number, number];
/** One class a shape and a colour, as on the map. */
type Mark = 'one' | 'two' | 'three' | 'new';

function frame(label: string, ...content: (SVGElement | string)[]): SVGSVGElement {
  return svg(
    'svg',
    { class: 'figure-drawing', viewBox: '0 0 320 170', role: 'img', 'aria-label': label },
    ...content,
  );
}

function mark(kind: Mark, [x, y]: Point, r = 6): SVGElement {
  const attributes = { class: `mark ${kind}` };
  switch (kind) {
    case 'one':
      return svg('circle', { ...attributes, cx: x, cy: y, r });
    case 'two':
      return svg('rect', { ...attributes, x: x - r, y: y - r, width: 2 * r, height: 2 * r });
    case 'three':
      return svg('path', { ...attributes, d: `M ${x} ${y - r - 1} l ${r + 1} ${2 * r} h ${-2 * r - 2} Z` });
    case 'new':
      return svg('path', {
        ...attributes,
        d: `M ${x} ${y - r - 2} l ${r + 2} ${r + 2} l ${-r - 2} ${r + 2} l ${-r - 2} ${-r - 2} Z`,
      });
  }
}

function word(text: string, [x, y]: Point, kind = ''): SVGElement {
  return svg('text', { x, y, class: kind }, text);
}

function line([x1, y1]: Point, [x2, y2]: Point, kind = 'stroke'): SVGElement {
  return svg('line', { class: kind, x1, y1, x2, y2 });
}

function box(text: string, [x, y]: Point, width = 70, height = 30): SVGElement[] {
  return [
    svg('rect', { class: 'box', x: x - width / 2, y: y - height / 2, width, height, rx: 6 }),
    word(text, [x, y + 5]),
  ];
}

function cluster(kind: Mark, [x, y]: Point): SVGElement[] {
  const around: readonly Point[] = [
    [0, 0],
    [-15, 9],
    [13, 12],
    [4, -16],
  ];
  return around.map(([dx, dy]) => mark(kind, [x + dx, y + dy]));
}

/** The words in a figure. */
export interface FigureWords {
  readonly label: string;
  readonly words: readonly string[];
}

/** A classifier's fixed outputs, and someone new at its door. */
export function newcomer({ label, words: [classifier = '', comparing = ''] }: FigureWords): SVGElement {
  const outputs: readonly Mark[] = ['one', 'two', 'three'];
  return frame(
    label,
    word(classifier, [80, 20], 'title'),
    ...outputs.flatMap((kind, i) => [line([44, 90], [110, 52 + 38 * i]), mark(kind, [124, 52 + 38 * i], 8)]),
    mark('new', [30, 90], 9),
    word('?', [124, 164], 'title'),
    line([160, 30], [160, 160], 'faint'),
    word(comparing, [240, 20], 'title'),
    ...cluster('one', [200, 60]),
    ...cluster('two', [278, 62]),
    ...cluster('three', [212, 130]),
    ...cluster('new', [280, 132]),
  );
}

/** Pictures become points. */
export function embedding({ label, words: [input = '', space = ''] }: FigureWords): SVGElement {
  const pictures: readonly Mark[] = ['one', 'one', 'two'];
  return frame(
    label,
    word(input, [45, 20], 'title'),
    ...pictures.flatMap((kind, i) => [
      svg('rect', { class: 'box', x: 28, y: 34 + 44 * i, width: 34, height: 34, rx: 4 }),
      mark(kind, [45, 51 + 44 * i], 8),
      line([68, 51 + 44 * i], [108, 95]),
    ]),
    ...box('f', [130, 95], 44, 44),
    svg('path', { class: 'stroke', d: 'M 156 95 h 22 m -7 -6 l 7 6 l -7 6' }),
    word(space, [250, 20], 'title'),
    svg('path', { class: 'faint', d: 'M 195 150 V 34 M 195 150 H 310' }),
    mark('one', [228, 76], 8),
    mark('one', [248, 62], 8),
    mark('two', [288, 128], 8),
    line([228, 76], [248, 62], 'near'),
    line([248, 62], [288, 128], 'far'),
  );
}

/** The same points before and after training. */
export function training({ label, words: [before = '', after = ''] }: FigureWords): SVGElement {
  const mixed: readonly (readonly [Mark, number, number])[] = [
    ['one', 40, 60],
    ['two', 70, 52],
    ['three', 100, 68],
    ['one', 118, 110],
    ['two', 52, 100],
    ['three', 76, 128],
    ['one', 88, 92],
    ['two', 112, 140],
    ['three', 36, 134],
  ];
  return frame(
    label,
    word(before, [78, 24], 'title'),
    ...mixed.map(([kind, x, y]) => mark(kind, [x, y])),
    svg('path', { class: 'stroke', d: 'M 146 95 h 28 m -8 -7 l 8 7 l -8 7' }),
    word(after, [246, 24], 'title'),
    ...cluster('one', [208, 68]),
    ...cluster('two', [288, 78]),
    ...cluster('three', [240, 140]),
  );
}

/** A new picture takes the name of its neighbours. */
export function voting({ label, words: [query = ''] }: FigureWords): SVGElement {
  return frame(
    label,
    svg('circle', { class: 'ring', cx: 160, cy: 88, r: 46 }),
    ...[
      [140, 70],
      [184, 76],
      [152, 120],
    ].map(([x = 0, y = 0]) => line([160, 88], [x, y], 'near')),
    mark('one', [140, 70]),
    mark('one', [184, 76]),
    mark('two', [152, 120]),
    mark('one', [110, 40]),
    mark('two', [120, 150]),
    mark('two', [222, 140]),
    mark('three', [252, 50]),
    mark('three', [270, 76]),
    mark('one', [90, 66]),
    svg('circle', { class: 'query', cx: 160, cy: 88, r: 7 }),
    word(query, [240, 24], 'title'),
    line([165, 82], [222, 30], 'faint'),
  );
}

/** Two sides of a triangle are never shorter than the third. */
export function triangle({ label, words: [sum = ''] }: FigureWords): SVGElement {
  const [x, y, z]: readonly [Point, Point, Point] = [
    [65, 126],
    [133.4, 34.8],
    [255, 126],
  ];
  return frame(
    label,
    line(x, y, 'near'),
    line(y, z, 'near'),
    line(x, z, 'far'),
    ...(
      [
        [x, 'x', -14],
        [y, 'y', 0],
        [z, 'z', 14],
      ] as const
    ).flatMap(([point, name, shift]) => [
      svg('circle', { class: 'query', cx: point[0], cy: point[1], r: 5 }),
      word(name, [point[0] + shift, point[1] - 10], 'title'),
    ]),
    word('3', [88, 78]),
    word('4', [206, 76]),
    word('5', [160, 142]),
    word(sum, [160, 164], 'title'),
  );
}

/** Which network goes with which loss. */
export function wirings({
  label,
  words: [siamese = '', triplet = '', classifier = ''],
}: FigureWords): SVGElement {
  const strand = (x: number, name: string, network: string): SVGElement[] => [
    word(name, [x, 152]),
    line([x, 138], [x, 116]),
    ...box(network, [x, 102], 26, 26),
    line([x, 88], [x, 66]),
  ];
  return frame(
    label,
    word(siamese, [55, 20], 'title'),
    ...strand(35, 'x', 'f'),
    ...strand(75, 'y', 'f'),
    ...box('d', [55, 52], 66, 26),
    word(triplet, [160, 20], 'title'),
    ...strand(125, 'a', 'f'),
    ...strand(160, 'p', 'f'),
    ...strand(195, 'n', 'f'),
    ...box('d(a,p), d(a,n)', [160, 52], 98, 26),
    word(classifier, [270, 20], 'title'),
    ...strand(270, 'x', 'f'),
    ...box('W', [270, 52], 56, 26),
  );
}
