/** Chapter 6. */
export const metricsChapter = {
  title: 'Which metric?',
  objective: 'one question under five metrics, and a case in which each of them is right.',
  which: {
    text: 'A drawing asks: which syllable am I? The 400 answers are drawn in another typeface. Euclidean and cosine compare the pixels as points. KL divergence, Wasserstein and the energy distance compare them as [histogram:histograms]. Raw pixels serve none of them well, which is why an embedding is learned.',
  },
  balls: {
    text: 'A metric decides what lies around a point. The coloured part is all that is as near to x as p is: a disc, a diamond, a wedge. Histograms of three bins fill a triangle. [kl:KL] follows the ratio of each bin; [wasserstein:Wasserstein] knows that bin 2 lies between 1 and 3. Drag x and p.',
  },
  faint: {
    text: 'Now the drawing that asks has a fifth of its ink. Its point is nearer to 0, so the Euclidean distance calls syllables of few strokes near. [cosine:Cosine] only looks at the direction, and a histogram is divided by its sum: for them nothing has changed.',
  },
  amount: {
    text: 'But sometimes the amount is the question. Each syllable is now on offer faint and full, and the faint one is right. For cosine and the histograms both are at distance 0: a coin is tossed. The [euclidean:Euclidean] distance knows.',
  },
  moved: {
    text: 'The drawing moves to the right by 3 pixels. Pixel by pixel nearly all has changed. [wasserstein:Wasserstein] and the [energy:energy distance] ask how far the ink has to travel: not far.',
  },
  hidden: {
    text: 'The lower half is hidden. [kl:KL divergence] of the query from a reference asks: is there ink wherever the query has some? What the reference has besides costs little, so half a drawing finds its whole. It is not symmetric, and here that helps.',
  },
  question: {
    ask: 'Three histograms: all of x lies in bin\u00a01, all of y in bin\u00a02, all of z in bin\u00a09. A metric compares bin\u00a01 with bin\u00a01, bin\u00a02 with bin\u00a02, and so on. Is y or z nearer to x?',
    a: 'y',
    b: 'z',
    c: 'Both are equally far',
    because:
      'KL divergence compares bin by bin, and neither shares a bin with x. Wasserstein says 1 step and 8 steps.',
  },
  wrong: {
    text: 'A metric is right for one change and wrong for another. Choose “a speck in the corner” in the figure: a little ink far away must travel far, and Wasserstein, so good with movement, is lost. Decide by what may change in your data, and count.',
  },
  formula: 'W(x, y) = h Σ |F − G|',
  formulaNote:
    'F and G are the shares of x and of y up to each bin, h is the width of a bin. W is how far the mass has to travel.',
};
