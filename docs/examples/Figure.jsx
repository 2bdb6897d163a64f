import 'metriclab/element';

/** A figure in React 19: attributes are properties, events are `on…`. */
export function Figure({ view, lang, onReady, ...settings }) {
  return <metric-lab view={view} lang={lang} onready={onReady} {...settings} />;
}
