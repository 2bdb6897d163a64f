/** A figure in a frame of another page. */
export const embed = {
  unknown: 'There is no figure of that name. The figures are: {names}.',
  wake: 'Show the figure again',
};
