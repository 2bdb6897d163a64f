import { describe, expect, it } from 'vitest';
import { displayName } from '../src/figures/gallery/named';

describe('a name as a visitor reads it', () => {
  it('tells how a syllable sounds to those who do not read Hangul', () => {
    expect(displayName('한', 'en', true)).toBe('한 (han)');
    expect(displayName('한', 'ko', true)).toBe('한');
    expect(displayName('한글', 'en', true)).toBe('한글');
  });

  it('numbers an emoji where no font has it', () => {
    expect(displayName('😀', 'en', true)).toBe('😀');
    expect(displayName('😀', 'en', false)).toBe('U+1F600');
    expect(displayName('👨\u200d🚀', 'ko', false)).toBe('U+1F468 U+1F680');
    expect(displayName('#\ufe0f\u20e3', 'en', false)).toBe('U+23 U+20E3');
  });

  it('leaves other names alone', () => {
    for (const name of ['box', '3', '#1', '<b>', '']) expect(displayName(name, 'en', false)).toBe(name);
  });
});
