/** The chapters in the lecture's order. Each step names the scene that the figure shows. */
export const CHAPTERS = [
  { id: 'why', steps: ['service', 'maps', 'arrive', 'count', 'instance', 'change', 'needs'] },
  { id: 'embedding', steps: ['layers', 'narrow', 'alike', 'sphere', 'cut'] },
  { id: 'deep', steps: ['triplet', 'zones', 'move', 'parts', 'miner', 'metric', 'lineup', 'collapse'] },
  { id: 'helps', steps: ['names', 'views', 'pairs', 'head', 'seeds'] },
  { id: 'axioms', steps: ['similar', 'identity', 'symmetry', 'triangle', 'already'] },
  { id: 'metrics', steps: ['which', 'balls', 'faint', 'amount', 'moved', 'hidden'] },
  { id: 'choices', steps: ['losses', 'gaps', 'pull', 'height', 'wiring', 'code'] },
  { id: 'uses', steps: ['faces', 'voices', 'products', 'recommendation'] },
] as const;

export type ChapterId = (typeof CHAPTERS)[number]['id'];
/** A chapter and one of its steps, such as `deep.zones`. */
export type Scene = {
  [C in (typeof CHAPTERS)[number] as C['id']]: `${C['id']}.${C['steps'][number]}`;
}[ChapterId];

/** Every scene, in order. */
export const SCENES: readonly Scene[] = CHAPTERS.flatMap(({ id, steps }) =>
  steps.map((step) => `${id}.${step}` as Scene),
);

/** The chapter of a scene. */
export function chapterOf(scene: Scene): ChapterId {
  const id = scene.slice(0, scene.indexOf('.'));
  return CHAPTERS.find((chapter) => chapter.id === id)?.id ?? 'why';
}

/** The right answer of each chapter's question. */
export const ANSWERS: Readonly<Record<ChapterId, 'a' | 'b' | 'c'>> = {
  why: 'b',
  embedding: 'b',
  deep: 'c',
  helps: 'b',
  axioms: 'b',
  metrics: 'c',
  choices: 'b',
  uses: 'b',
};

/** The laboratory's link for each chapter. */
export const LABORATORY: Readonly<Record<ChapterId, string>> = {
  why: 'data=hangul',
  embedding: 'data=hangul',
  deep: 'view=triplet',
  helps: 'data=mnist&loss=supcon',
  axioms: 'view=axioms',
  metrics: 'data=hangul&view=matrix',
  choices: 'data=mnist&view=triplet',
  uses: 'data=emoji',
};
