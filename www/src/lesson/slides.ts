import { CHAPTERS, chapterOf, SCENES, type ChapterId, type Scene } from './chapters';

/** One idea a screen. `at` names it, such as `deep.question` or `deep.zones`; the first one is the title. */
export interface Slide {
  readonly at: string;
  readonly kind: 'title' | 'question' | 'step' | 'answer' | 'formula';
  readonly chapter: ChapterId;
  /** The scene that the figure shows: the next one for a question, the last one for the others. */
  readonly scene: Scene;
}

/** Chapters with a formula, which comes last. */
const WITH_FORMULA: readonly ChapterId[] = ['deep', 'metrics'];

/** The lecture's order: a question to predict, the figure run step by step, the answer, the formula. */
export const SLIDES: readonly Slide[] = CHAPTERS.flatMap(({ id }): Slide[] => {
  const scenes = SCENES.filter((scene) => chapterOf(scene) === id);
  const [first, last] = [scenes[0] ?? 'why.service', scenes.at(-1) ?? 'why.service'];
  const formula: Slide[] = WITH_FORMULA.includes(id)
    ? [{ at: `${id}.formula`, kind: 'formula', chapter: id, scene: last }]
    : [];
  const title: Slide[] = id === 'why' ? [{ at: 'why.title', kind: 'title', chapter: id, scene: first }] : [];
  return [
    ...title,
    { at: `${id}.question`, kind: 'question', chapter: id, scene: first },
    ...scenes.map((scene): Slide => ({ at: scene, kind: 'step', chapter: id, scene })),
    { at: `${id}.answer`, kind: 'answer', chapter: id, scene: last },
    ...formula,
  ];
});

/** The place of a chapter's first slide. */
export function firstSlideOf(number: number): number {
  return SLIDES.findIndex(({ chapter, kind }) => chapter === CHAPTERS[number - 1]?.id && kind === 'question');
}
