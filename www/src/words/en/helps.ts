/** Chapter 4. */
export const helpsChapter = {
  title: 'Does it help classification?',
  objective: 'what contrastive learning adds where the names are fixed, and what it does not add.',
  names: {
    text: 'Suppose that the names are fixed: ten digits, and no newcomer. The usual way is [crossentropy:cross-entropy]. The network turns a picture into ten scores, and the loss asks that the score of the right name be the largest.',
  },
  views: {
    text: '[augmentation:Augmentation] is a cheap help. Each time, chance turns, shifts and crops the picture a little. The name stays right, and the network sees more pictures than there are. Here are two [view:views] of one picture. Switch the changes on and off.',
  },
  pairs: {
    text: '[contrastive:Contrastive learning] asks another question: which views belong together? It pulls [positive:positive] pairs together and pushes [negative:negative] pairs apart. Two views of one picture are a positive pair, so no label is needed. With labels, all pictures of one digit are positives.',
  },
  head: {
    text: 'Then the network is frozen, and a [head:linear head] learns the names from its embedding. Choose how many labels each digit has, and run it now: five ways, one kind of network, the same number of steps.',
  },
  seeds: {
    text: 'One run is an anecdote. These results were recorded over several [seed:seeds], each with other labelled pictures and other first weights. Look at [b:few] labels, then at [b:many].',
  },
  question: {
    ask: 'With few labels, contrastive learning beats plain cross-entropy. What must you check before you praise the contrastive loss?',
    a: 'Whether the network is large enough',
    b: 'Whether cross-entropy gets the same augmentation',
    c: 'Whether the loss reached zero',
    because:
      'Much of the gain may be augmentation. Compare with cross-entropy on the same augmented pictures, and with a head that is trained in the same way.',
  },
  wrong: {
    text: 'The gain is speed and few labels, not a higher end. In our measurements with PyTorch, with 10 labels a digit, contrastive learning was 4 points ahead after 5 seconds, and after 13 seconds both were right in 93 of 100 cases. On pictures of clothes it gained nothing.',
  },
};

/** The figures of chapter 4. */
export const helps = {
  views: {
    original: 'the picture',
    view: 'view {at}',
    changes: 'Changes',
    shift: 'shift',
    rotate: 'turn',
    crop: 'crop',
    noise: 'noise',
    erase: 'cover',
    flip: 'mirror',
    drawnShift: '{across} across, {down} down',
    drawnTurn: 'turned {degrees}°',
    drawnCrop: '{share}% of the side',
    drawnErase: '{rows} × {columns} covered',
    drawnFlip: 'mirrored',
    drawnNothing: 'unchanged',
    equal: 'Both views are equal. A network learns nothing from pulling them together.',
    pulled: 'Two views, one digit: their embeddings are pulled together.',
    mirrored:
      'Half of all views are mirrored. A mirrored digit is no digit: this change does not keep the name.',
    again: 'Draw again',
    other: 'Another picture',
  },
  pairs: {
    table: 'All pairs of ten views of five pictures',
    view: 'view {at}',
    count: 'Without labels: {positives} positive pairs, {negatives} negative.',
    countLabelled: 'With labels: {positives} positive pairs, {negatives} negative.',
    self: 'the same view',
    positive: 'positive: pulled together',
    negative: 'negative: pushed apart',
    marks: { self: '', positive: '+', negative: '–' },
    with: 'Use the labels',
    without: 'Forget the labels',
    other: 'Other pictures',
  },
  method: 'Method',
  methods: {
    plain: 'Cross-entropy',
    augmented: 'Cross-entropy, augmented',
    refitted: 'The same, head trained anew',
    labelled: 'Contrastive with labels, head',
    unlabelled: 'Contrastive without labels, head',
  },
  labelsTitle: 'Labels per digit',
  labelCounts: { '10': '10', '50': '50', all: 'all' },
  labelHeads: { '10': '10 labels', '50': '50 labels', all: 'all labels' },
  right: 'Right answers, %',
  recordedHead: 'recorded: {labels} labels, {seeds} seeds',
  liveHead: 'now: {labels} labels, seed {seed}',
  liveNone: 'now: not run yet',
  liveLabel: 'Right answers on 2,000 test pictures',
  run: 'Run (1–3 minutes)',
  cancel: 'Cancel',
  seed: 'seed',
  progress: 'Training',
  before:
    'These sentences are about the recording. A run replaces them; its intervals are over 2,000 test pictures.',
  failed: 'The experiment stopped: {message}',
  recordedTitle: 'Right answers, %',
  recordedBy: 'Mean and 95% interval over {seeds} seeds, {steps} steps each, recorded on {date} by',
  tells: {
    labelled: {
      better:
        'Contrastive learning with labels is {by} ± {half} points ahead of cross-entropy on the same augmented pictures.',
      same: 'Contrastive learning with labels and cross-entropy on the same augmented pictures: no difference ({by} ± {half} points).',
      worse:
        'Contrastive learning with labels is {by} ± {half} points behind cross-entropy on the same augmented pictures.',
    },
    fair: {
      better: 'It is {by} ± {half} points ahead of cross-entropy whose head was trained anew.',
      same: 'Against cross-entropy whose head was trained anew there is no difference ({by} ± {half} points).',
      worse: 'It is {by} ± {half} points behind cross-entropy whose head was trained anew.',
    },
    unlabelled: {
      better: 'Contrastive learning without labels is {by} ± {half} points ahead of augmented cross-entropy.',
      same: 'Contrastive learning without labels and augmented cross-entropy: no difference ({by} ± {half} points).',
      worse: 'Contrastive learning without labels is {by} ± {half} points behind augmented cross-entropy.',
    },
  },
};
