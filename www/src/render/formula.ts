import type { TripletGeometry } from 'metriclab';
import { math } from '../dom/element';
import type { CompleteLoss } from '../store/loss-settings';

type Part = MathMLElement | string;

const OPERATOR = /^[-=+(),|−·≤≥≠→∀∈]$/;

function leaf(text: string): MathMLElement {
  if (OPERATOR.test(text)) return math('mo', { stretchy: 'false' }, text);
  if (/^−?[\d.,]+$/.test(text)) return math('mn', {}, text);
  return math('mi', text.length > 1 ? { mathvariant: 'normal' } : {}, text);
}

function row(...parts: Part[]): MathMLElement {
  return math('mrow', {}, ...parts.map((part) => (typeof part === 'string' ? leaf(part) : part)));
}

function sub(of: string, index: string): MathMLElement {
  return math('msub', {}, leaf(of), leaf(index));
}

/** f(x, y) */
function apply(name: string, ...inside: Part[]): MathMLElement {
  const parts = inside.flatMap((part, i) => (i === 0 ? [part] : [',', part]));
  return row(name, '(', ...parts, ')');
}

function formula(...parts: Part[]): MathMLElement {
  return math('math', { display: 'block' }, row(...parts));
}

/** The terms of a loss that have a mark in the plane: its two distances, and its margins. */
export type Term = 'ap' | 'an' | 'margin' | 'posMargin' | 'negMargin' | 'alpha' | 'beta';

function term(name: Term, part: Part): MathMLElement {
  return math('mrow', { 'data-term': name }, typeof part === 'string' ? leaf(part) : part);
}

/** A loss twice: with its letters, and with the numbers of the moment. */
export interface Formula {
  readonly letters: MathMLElement;
  readonly numbers: MathMLElement;
}

interface Filled {
  readonly ap: Part;
  readonly an: Part;
  readonly pn: Part;
  readonly value: (name: Term, symbol: Part, number: number) => Part;
}

function hinge(left: Part, right: Part, plus: Part | null): MathMLElement {
  return apply('max', '0', plus === null ? row(left, '−', right) : row(left, '−', right, '+', plus));
}

/** The order of the two terms: a similarity grows where a distance shrinks. */
function body(loss: CompleteLoss, similarity: boolean, { ap, an, pn, value }: Filled): MathMLElement {
  const ordered = (near: Part, far: Part): readonly [Part, Part] => (similarity ? [far, near] : [near, far]);
  switch (loss.kind) {
    case 'triplet': {
      const other = loss.swap ? apply(similarity ? 'max' : 'min', an, pn) : an;
      const [first, second] = ordered(ap, other);
      const margin = value('margin', 'm', loss.margin);
      return loss.smooth
        ? row('log', '(', '1', '+', apply('exp', row(first, '−', second, '+', margin)), ')')
        : hinge(first, second, margin);
    }
    case 'contrastive': {
      const [p1, p2] = ordered(ap, value('posMargin', sub('m', 'p'), loss.posMargin));
      const [n1, n2] = ordered(value('negMargin', sub('m', 'n'), loss.negMargin), an);
      return row(hinge(p1, p2, null), '+', hinge(n1, n2, null));
    }
    case 'margin': {
      const [p1, p2] = ordered(ap, value('beta', 'β', loss.beta));
      const [n1, n2] = ordered(value('beta', 'β', loss.beta), an);
      return row(
        hinge(p1, p2, value('alpha', 'α', loss.alpha)),
        '+',
        hinge(n1, n2, value('alpha', 'α', loss.alpha)),
      );
    }
    default:
      return row('L');
  }
}

export function lossFormula(
  loss: CompleteLoss,
  geometry: TripletGeometry,
  print: (value: number) => string,
): Formula {
  const { similarity } = geometry;
  const name = similarity ? 's' : 'd';
  const signed = (value: number): Part => (value < 0 ? row('(', print(value), ')') : print(value));
  const letters = body(loss, similarity, {
    ap: term('ap', apply(name, 'a', 'p')),
    an: term('an', apply(name, 'a', 'n')),
    pn: apply(name, 'p', 'n'),
    value: term,
  });
  const numbers = body(loss, similarity, {
    ap: term('ap', signed(geometry.ap)),
    an: term('an', signed(geometry.an)),
    pn: signed(geometry.pn),
    value: (of, _, number) => term(of, print(number)),
  });
  return { letters: formula('L', '=', letters), numbers: formula('=', numbers, '=', print(geometry.loss)) };
}
