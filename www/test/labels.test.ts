import { expect, test } from 'vitest';
import { nextSpot } from '../src/figures/map/walk';
import { apart } from '../src/geometry/labels';

const width = (text: string): number => 10 * text.length;

test('words that cover each other are moved apart, the others stay', () => {
  const words = [
    { text: '5', x: 100, y: 52 },
    { text: '8', x: 104, y: 50 },
    { text: '3', x: 200, y: 50 },
  ];
  expect(apart(words, 20, width)).toEqual([
    { text: '8', x: 104, y: 50 },
    { text: '3', x: 200, y: 50 },
    { text: '5', x: 100, y: 70 },
  ]);
});

test('no two of many words in one place cover each other', () => {
  const words = Array.from({ length: 30 }, (_, k) => ({
    text: `word ${k}`,
    x: (k * 7) % 40,
    y: (k * 3) % 25,
  }));
  const placed = apart(words, 20, width);
  expect(placed).toHaveLength(30);
  placed.forEach((one, k) => {
    for (const other of placed.slice(k + 1)) {
      const beside = Math.abs(one.x - other.x) >= (width(one.text) + width(other.text)) / 2;
      expect(beside || Math.abs(one.y - other.y) >= 20, `${one.text}, ${other.text}`).toBe(true);
    }
  });
});

test('an arrow key leads to the nearest spot in its direction', () => {
  const spots = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 5, y: 4 },
    { x: -3, y: 30 },
    { x: 0, y: -2 },
  ];
  expect(nextSpot(spots, 0, 'ArrowRight'), 'a straight way of 10 before 5 and twice 4').toBe(1);
  expect(nextSpot(spots, 0, 'ArrowDown')).toBe(2);
  expect(nextSpot(spots, 0, 'ArrowUp')).toBe(4);
  expect(nextSpot(spots, 4, 'ArrowUp')).toBeNull();
  expect(nextSpot(spots, 0, 'ArrowLeft')).toBeNull();
});
