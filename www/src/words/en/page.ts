/** Words around every figure. */
export const page = {
  title: 'metriclab: a first look at metric learning',
  learn: 'Learn',
  lab: 'Lab',
  use: 'Use',
  menu: 'More',
  device: 'Device of the laboratory',
  devices: { auto: 'automatic', gpu: 'GPU', cpu: 'CPU' },
  deviceNote: 'The figures of these pages compute on the CPU: everyone sees the same run.',
  theme: 'Appearance',
  themeSystem: 'as the system',
  themeLight: 'light',
  themeDark: 'dark',
  reference: 'API of the npm package',
  allLicences: 'All licences',
  licences: 'The syllables are drawn in ten typefaces under the SIL Open Font License.',
  failed: 'This figure could not start: {message}',
  again: 'Try again',
  noFigure: 'There is no figure of that name. The figures are: {names}.',
  noSite:
    "This figure needs pictures. Import 'metriclab/pictures' beside the element, or name a copy of metriclab's site, as in <metric-lab site=\"/metriclab/\">.",
  noFile:
    'The server does not have the data file. If this is your page, put the file there: the package has it in dist/pictures, the site in data. Otherwise tell whoever runs the page.',
  wake: 'Show the figure again',
};
