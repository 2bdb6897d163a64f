/** The furniture around every chapter of the lesson. */
export const furniture = {
  copyLink: 'Copy link',
  copyEmbed: 'Copy the figure for a web page',
  copied: 'Copied.',
  copyByHand: 'The browser does not let the page copy. Select the text and copy it.',
  transcript: 'Transcript',
  figure: 'The figure:',
  predict: 'What do you expect?',
  revealed: 'The answer',
  formula: 'In one line',
  knobs: 'Knobs of the figure',
  chooseKnobs: 'Choose knobs',
  keysTitle: 'Keys',
  keys: {
    move: '← → or a clicker: one slide back or on',
    chapters: '1–8: a chapter',
    answer: '↑ ↓: an answer to the question',
    run: 'Space: run the figure',
    reset: 'R: start the figure again',
    blank: 'B or a full stop: dark screen; any key brings it back',
    language: 'L: the other language',
    full: 'F: full screen',
    help: '?: these keys',
    leave: 'Esc: end',
  },
  shows: {
    newcomer:
      'two maps of drawings, one by the network that learned names and one by the network that learned to compare; below them how many newcomers each finds.',
    search:
      'the nearest drawings to one that was picked, by the embedding and by raw pixels, right ones marked.',
    embedding: 'a drawing, the layers that it passes, and a strip of 64 shades: its embedding.',
    sphere:
      'digits on a circle and on a sphere that can be turned, by networks of 2 and of 3 numbers, and a table: what 2, 3, 16 and 64 numbers find, and their bytes.',
    cut: 'a drawing and its seven nearest by the first numbers of the embedding, next to those by raw pixels, right ones marked; below them how many newcomers 2, 3, 4, 8, 16, 32 and 64 numbers find, as bars with intervals, also of a network trained by the Matryoshka loss.',
    triplet:
      'a plane with anchor, positive and negative, which can be dragged or moved by arrow keys, the hard, semi‑hard and easy zones, and the gradient of each point.',
    lineup:
      'one anchor, its positive and seven negatives as bars: their shares under softmax, and how strongly each is pulled or pushed.',
    axioms:
      'two or three points, or histograms, and their distances as bars: for the triangle the direct way, and the way by y.',
    which:
      'a drawing that asks, its five nearest under each metric with their distances, and how many of 100 drawings each metric finds.',
    balls:
      'six small pictures: for each metric all points, or all histograms of three bins, that are as near to x as p is.',
    views: 'two views of one picture, with the changes that made them.',
    pairs: 'pairs of views, and what is pulled together or pushed apart.',
    help: 'accuracy of cross-entropy, of augmentation and of contrastive learning, with few and with many labels.',
    recorded:
      'the same accuracies over several seeds, recorded before, with intervals and the command that made them.',
    wiring: 'how samples pass the network in each kind of training, with the shapes of the tensors.',
    compare:
      'four losses trained in step on the same batches, each as a map of samples, or their scores as a chart.',
    forces: 'samples in the plane, and arrows for what the loss pulls and pushes.',
    code: 'the chosen loss as PyTorch code.',
    collapse: 'a network that collapses by a recipe, its spread over the steps, its spectrum, and the cure.',
    miner:
      'one anchor of a batch, its positives and negatives along their distance to it, the semi‑hard zone, and a frame round each that the miner takes; and bands of how many triplets of each batch were hard, semi‑hard and easy.',
    gate: 'a registered face and a visitor, histograms of distances of pairs of one person and of different people, a limit, and both errors at that limit.',
    products:
      'an emoji in one drawing style, and the nearest in another style, by raw pixels and by the embedding.',
    voices:
      'clips of speech with names as spectrograms, a clip that asks, and the answer: a name or unknown, with the nearest clips and the limit.',
    describe:
      'pictures of emoji that were never described, found by words: by two towers, and by the words of pictures that look alike, with how often each finds the right one.',
    recommend:
      'packages that a visitor picks, what two towers, item-kNN and popularity recommend, and how much of what new users have each finds; and a new item, placed by its words.',
    needs:
      'a table of the four uses: what asks, what comes and goes, what has to be beaten, and what this page has of it.',
    map: 'pictures of digits where a network lays them out, with lines from a picked one to its nearest.',
    matrix: 'all distances of one batch, sorted by class; blocks along the diagonal become near.',
    confusion:
      'a table made of digits: which class has its nearest in which other, and what each digit found.',
    river: 'the shares of hard, semi‑hard and easy triplets of each batch, as a river over the steps.',
    gallery: 'registered pictures with names, a query, and the answer: a name or unknown.',
  },
};
