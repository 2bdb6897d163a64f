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
  register: 'Show this one',
  forget: 'Forget it',
  registerAll: 'Show all {count} once',
  trayNote: 'Drawn by chance: clear and hard cases alike.',
  trayFound: 'In this typeface {right} of these {count} are recognised.',
  hit: 'recognised',
  miss: 'not recognised',
  goesOn: 'Both train on. The answers and counts are still those of step {step}.',
  recordedStep: 'step {step} (recorded)',
  playing:
    'This is a recording of the run, until the live one is as far. Two copies of one network study 300 syllables.',
  recorded:
    'Recorded on {date} by “{command}”. The live run is at step {step} of {until}, and takes over then.',
  training: 'step {step} of {until}',
  tray: 'Newcomers',
  more: 'Other newcomers',
  face: 'Other typeface',
  count: 'All 100 newcomers',
  countNote:
    '9,000 questions: one typeface is registered, the nine others ask, among 400 syllables. Shares of right answers, with 95% intervals.',
  rawRow: 'Bare pixels',
  namesRow: 'Learned names',
  compareRow: 'Learned to compare',
  old: 'Known syllables still recognised',
  refused: 'Newcomers noticed as unknown at first',
  better:
    'After {step} steps, one picture a newcomer: the network that learned to compare answers {compare} of {asked} questions rightly. The one that learned names answers {names}, bare pixels {raw}.',
  same: 'After {step} steps there is no clear difference yet: of {asked} questions, {compare} are answered rightly by comparing, {names} by learned names, {raw} by bare pixels.',
  worse:
    'After {step} steps, the network that learned names does better this time: {names} of {asked} questions, against {compare} by comparing and {raw} by bare pixels.',
  awaiting: 'The count appears when the newcomers arrive.',
  goOn: 'Train on',
  why: 'Why does this happen?',
};
