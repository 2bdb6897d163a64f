/** The figures of voices, of recommendation and of descriptions. Their texts are fetched with them. */
export const voices = {
  register: 'Who is there? Give a name and a few seconds of speech, two or three clips each.',
  name: 'Name',
  record: 'Record {seconds} s',
  recording: 'Recording',
  stop: 'Stop',
  files: 'Sound files',
  none: 'Nobody yet. Type a name, then record or open files.',
  tryOut: 'Try two synthetic voices',
  synthetic: 'synthetic {letter}',
  hear: 'Hear clip {at} of {name}',
  hearQuery: 'Hear the clip that asks',
  remove: 'Delete clip {at} of {name}',
  ask: 'Who speaks? Record {seconds} s',
  askFile: 'Ask with a file',
  erase: 'Delete all',
  known: 'This is {name}.',
  unknown: 'Unknown. Nearest is {name}, beyond the limit.',
  nearest: 'The nearest clips, with their distances',
  limit: 'Limit, 1 − cosine:',
  follow: 'Limit from your own pairs',
  tooFew:
    'Without a limit everybody gets a name. It comes from your own pairs: two people, and two clips of one of them.',
  kept: 'Record all in one place: microphone and room count, too. No sound leaves this tab, and all are gone when you leave.',
  how: 'What is compared',
  what: 'A clip becomes 24 numbers: mean and deviation of 12 cepstra of its log-mel frames. Of a file the first {most} seconds count. No network is trained here: a few speakers are too few to learn from. On the vowels of nine men the best network errs in 24% ± 3 of the pairs where both errors are equal, the cepstra themselves in 18% ± 5; with 25 speakers to learn from, networks are better.',
  troubles: {
    'microphone.refused':
      'The microphone was refused. Allow it in the address bar and try again, or open sound files.',
    'microphone.missing': 'This browser gives no microphone here. Sound files work, too.',
    'sound.unreadable': 'The browser cannot read this file as a sound.',
    'sound.long': 'The file is longer than ten minutes. Cut it, or choose a shorter one.',
    'sound.quiet': 'Nothing was heard. Speak up, or choose another microphone.',
    'sound.short': 'There are less than 0.3 seconds of speech in it. Speak longer.',
  },
};

/** Texts that the figures with two towers share. */
export const towers = {
  notYet: 'not trained yet',
  train: 'Train {steps} steps',
  trains: 'Training',
  step: 'step {step}',
};

export const recommend = {
  view: 'What is new',
  views: { person: 'Somebody new', thing: 'Something new' },
  uses: 'Which packages do you use? Pick up to {most}.',
  another: 'another package',
  noSuch: 'There is no “{name}” here.',
  methods: { towers: 'Two towers', counting: 'Item-kNN', popular: 'Popularity' },
  recall:
    'Share of what {users} unseen users have that is among the first {count} (recall), with 95% intervals:',
  share: '{share}% ± {half}',
  nothing: 'Pick something.',
  stop: 'Stop',
  reset: 'First picks',
  loading: 'Fetching who needs what.',
  awaiting: 'Item-kNN counts what is needed together, without training. Train the two towers, and compare.',
  awaitingNew: 'Train the two towers: they learn the words of the items, too.',
  found: {
    better:
      'After {step} steps the towers find more than item-kNN does. Nothing was trained for you: your picks became one vector.',
    same: 'After {step} steps the towers find as much as item-kNN. Nothing was trained for you: your picks became one vector.',
    worse:
      'After {step} steps item-kNN finds more: counting wins where there is something to count. Nothing was trained for you: your picks became one vector.',
  },
  foundNew: {
    better:
      'After {step} steps the towers find {towers}% ± {towersHalf} of what {users} users have among the first {count} of {fresh} new items; the words in common find {words}% ± {wordsHalf}. The towers are ahead.',
    same: 'After {step} steps the towers find {towers}% ± {towersHalf} of what {users} users have among the first {count} of {fresh} new items; the words in common find {words}% ± {wordsHalf}. There is no clear difference.',
    worse:
      'After {step} steps the towers find {towers}% ± {towersHalf} of what {users} users have among the first {count} of {fresh} new items; the words in common find {words}% ± {wordsHalf}. The words are ahead.',
  },
  note: 'The users are {users} packages of Debian 12, the items {items} that they need. Nothing about you leaves this tab.',
  item: 'A new item, which nobody has:',
  words: 'Known of it are words that other items have, too: {words}.',
  forYou: 'You use: {names}',
  cannot: { counting: 'cannot tell: nobody has it yet', popular: 'cannot tell: nobody has it yet' },
  place: 'place {place} next to {others} known items',
  alike: 'Nearest to it: {names}',
};

export const describe = {
  ask: 'Describe what you look for:',
  others: 'Other descriptions',
  examples: ['smiling face', 'animal', 'heart', 'hand', 'food', 'clock'],
  meant: 'Nobody taught this word. The nearest one that was taught, by MiniLM: {pairs}.',
  strange: 'Nobody taught this word: {words}.',
  methods: { towers: 'Two towers', looks: 'Words of pictures that look alike' },
  recall: 'Recall@{count} {share}% ± {half}',
  nothing: 'No word of this was learned. Try another one.',
  loading: 'Fetching the emoji and their words.',
  awaiting:
    'Without training a picture can borrow the words of known pictures that look like it. Train the two towers, and compare.',
  found: {
    better:
      'After {step} steps a picture that nobody described is among the first {count} for its own words in {towers}% of cases, with borrowed words in {looks}%, by chance in {chance}%. The towers are ahead.',
    same: 'After {step} steps a picture that nobody described is among the first {count} for its own words in {towers}% of cases, with borrowed words in {looks}%, by chance in {chance}%. There is no clear difference.',
    worse:
      'After {step} steps a picture that nobody described is among the first {count} for its own words in {towers}% of cases, with borrowed words in {looks}%, by chance in {chance}%. Borrowed words are ahead: pictures that look alike often share their words, and {known} emoji are few to learn a language from.',
  },
  note: 'One network reads pictures, the other one words; both learn from {known} described emoji. What you see are the {shown} best of {hidden} others, whose words were kept back.',
};
