/** The newcomer experiment. */
export const newcomer = {
  heading: 'They know 300 syllables. Then new ones arrive.',
  loading: 'Fetching 4,000 drawings of Korean syllables.',
  learning:
    'Two copies of one network study 300 Korean syllables in ten typefaces. The left one learns their names, the right one to tell same from different.',
  arriving: 'Now 100 syllables arrive that neither of them has ever seen.',
  arrived: 'Pick a newcomer. Each network answers at once, and neither is trained on it.',
  names: 'Learns names',
  namesNote: 'a classifier',
  compare: 'Learns to compare',
  compareNote: 'metric learning',
  mapLabel: '{title}: {count} drawings at step {step}. Drawings that the network finds alike lie together.',
  step: 'step {step}',
  namesVerdict: 'It answers “{first}”, {sure} sure. It only has the 300 old names.',
  compareUnknown: 'Unknown: unlike anything it has seen.',
  compareWrong: 'It takes it for “{name}”.',
  compareRight: 'It recognises “{name}”.',
  limitNote:
    'The upright line is the limit: what is less alike counts as unknown, and 95% of the known pass.',
  register: 'Show it this one picture',
  forget: 'Forget that picture',
  tray: 'Newcomers',
  more: 'Other newcomers',
  face: 'Other typeface',
  count: 'All 100 newcomers, one picture each',
  countNote:
    'How often the same syllable is found in the nine other typefaces, among all 400. Bars end at the mean; the line is its 95% interval over newcomers.',
  rawRow: 'Bare pixels',
  namesRow: 'Learned names',
  compareRow: 'Learned to compare',
  old: 'Known syllables still recognised',
  refused: 'Newcomers noticed as unknown before anything is registered',
  better:
    'After {step} steps, the network that learned to compare finds {compare} of 100 newcomers from one picture. The one that learned names finds {names}, bare pixels {raw}.',
  same: 'After {step} steps there is no clear difference yet: {compare} of 100 newcomers found by comparing, {names} by learned names, {raw} by bare pixels.',
  worse:
    'After {step} steps, the network that learned names does better this time: {names} of 100 newcomers, against {compare} by comparing and {raw} by bare pixels.',
  awaiting: 'The count appears when the newcomers arrive.',
  goOn: 'Train on',
  why: 'Why does this happen?',
};
