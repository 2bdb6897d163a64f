// A figure of metriclab as a widget of Jupyter. figure.ipynb says how it is made into one file.
import { configure } from 'metriclab/element';
import worker from 'metriclab/worker' with { type: 'text' };
import cpu from 'metriclab/wasm/metriclab_cpu_bg.wasm';

// A widget's script has no address, so the engine is inside it.
const address = URL.createObjectURL(new Blob([worker], { type: 'text/javascript' }));
configure({ worker: () => new Worker(address), wasm: { cpu } });

export default {
  render({ model, el }) {
    const figure = document.createElement('metric-lab');
    let set = [];
    const show = () => {
      for (const name of set) figure.removeAttribute(name);
      const attributes = model.get('attributes');
      set = Object.keys(attributes);
      for (const [name, value] of Object.entries(attributes))
        if (value !== null) figure.setAttribute(name, String(value));
    };
    model.on('change:attributes', show);
    show();
    figure.addEventListener('pick', ({ detail }) => {
      model.set('picked', detail.name);
      model.save_changes();
    });
    el.append(figure);
  },
};
