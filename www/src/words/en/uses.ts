/** Chapter 8. */
export const usesChapter = {
  title: 'Where it is used',
  objective: 'four uses, what each compares, and how honest its result is.',
  faces: {
    text: '[b:Faces.] A gate compares the picture of a visitor with the one that was registered, and decides: same or different? These 160 people are drawn and do not exist, so nobody’s face is used. The network learns from 100 of them; the other 60 come to the gate. Train, and move the [threshold:limit].',
  },
  voices: {
    text: '[b:Voices.] The same, with a clip of speech in place of the picture: each clip becomes one vector, and speakers come and go. Record two people, then ask who speaks, and let a third one try. Short clips by few speakers favour plain [cepstra:cepstra] (the shape of the spectrum in numbers) over a network, so always count against them.',
  },
  products: {
    text: '[b:Products.] A customer’s picture looks different from the catalogue’s. Here emoji in one drawing style ask for the same emoji in another, and none of these emoji was ever trained on. Train, and count against raw pixels.',
  },
  recommendation: {
    text: '[b:Recommendation.] Two networks (two towers), one for people and one for things, meet in one space: what lies near a person is recommended. Who liked what is private, so Debian packages stand in for people here. Pick what you use: you are one new vector, and so is a new item. Train, and count against popularity and [itemknn:item-kNN].',
  },
  question: {
    ask: 'A shop changes a thousand products a day. What has to happen each time?',
    a: 'Train the network anew',
    b: 'Compute the new vectors and delete the old ones',
    c: 'Choose another metric',
    because:
      'The embedding stays. The [gallery:gallery] is a list of vectors, and a list is quickly changed.',
  },
  wrong: {
    text: 'A limit that was chosen on some people does not hold for others: cameras, rooms and groups differ. Choose it from your own pairs, look at both errors, and say how sure they are.',
  },
};

/** The figures of chapter 8. */
export const uses = {
  gate: {
    space: 'Compared by',
    spaces: { compare: 'the embedding', raw: 'raw pixels' },
    loading: 'Fetching the faces.',
    registered: 'registered',
    visitor: 'at the gate',
    next: 'Next visitor',
    train: 'Train {steps} steps',
    training: 'Training: step {step}',
    letIn: 'apart: the gate opens. It is the same person.',
    turnedAway: 'apart: the gate stays shut, and turns away the right person.',
    fooled: 'apart: the gate opens for somebody else.',
    kept: 'apart: the gate stays shut. It is somebody else.',
    notYet: 'The embedding is not trained yet.',
    plot: 'How far apart pairs are: two drawings of one person, and of different people.',
    up: 'share of the pairs, a scale for each kind',
    across: 'distance 1 − cos of a pair',
    limit: 'Limit: a pair nearer than',
    same: '{count} pairs of one person',
    different: '{count} of two people',
    errors:
      'With this limit the gate turns away {turned} of the right people and lets in {passed} of the wrong ones.',
    awaiting: 'Where both errors are equal: {raw} by raw pixels. The embedding waits for its training.',
    equal:
      'Where both errors are equal: {compare} by the embedding after {step} steps, {raw} by raw pixels. In brackets: 95% intervals, from draws of people.',
    between: '{rate} ({low} to {high})',
    reset: 'Limit of equal errors',
    comparing: 'Comparing all pairs.',
  },
  products: {
    asks: 'asks',
    typical: 'asks (a typical case)',
    another: 'Another one',
    train: 'Train {steps} steps',
    training: 'Training: step {step}',
    spaces: { raw: 'Raw pixels', compare: 'Embedding' },
    found: '{found} of {count} found first',
    searching: 'searching',
    notYet: 'not trained yet',
    right: 'right',
    loading: 'Fetching the emoji.',
    awaiting: 'The embedding is counted when it is trained.',
    better:
      'After {step} steps the embedding finds {compare} of {count} in the other style, raw pixels {raw}.',
    same: 'After {step} steps there is no clear difference: {compare} of {count} by the embedding, {raw} by raw pixels.',
    worse: 'After {step} steps raw pixels are still ahead: {raw} of {count}, the embedding {compare}.',
  },
  needs: {
    columns: {
      asks: 'What asks',
      gallery: 'What comes and goes',
      beats: 'What it has to beat',
      here: 'In metriclab',
    },
    own: 'Try it with what you draw',
    faces: {
      name: 'Faces',
      asks: 'a picture at the gate',
      gallery: 'people, one picture each',
      beats: 'raw pixels',
      here: 'drawn people who do not exist',
    },
    voices: {
      name: 'Voices',
      asks: 'a few seconds of speech',
      gallery: 'speakers, a clip each',
      beats: 'cepstra: the spectrum’s shape, without training',
      here: 'your own voices, by microphone or file',
    },
    products: {
      name: 'Products',
      asks: 'a customer’s picture',
      gallery: 'the catalogue’s pictures',
      beats: 'raw pixels',
      here: 'emoji in two drawing styles, and by words',
    },
    recommendation: {
      name: 'Recommendation',
      asks: 'what a person liked',
      gallery: 'films, books, lectures',
      beats: 'popularity, and counting what is liked together',
      here: 'Debian packages as users, and you',
    },
  },
};
