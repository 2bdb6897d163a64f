// A graphics device whose time is arithmetic: a submission costs the clock `trip`, each dispatch in it `cost(groups)`.
export function fakeDevice({
  trip = 2,
  cost = () => 0.01,
  onSubmit = () => undefined,
  done = async () => undefined,
} = {}) {
  const world = { time: 0, destroyed: 0, devices: 0, dispatches: 0 };
  const pass = (list) => ({
    setPipeline: () => undefined,
    setBindGroup: () => undefined,
    dispatchWorkgroups: (...groups) => list.push(cost(groups)),
    end: () => undefined,
  });
  const make = () => {
    let lose;
    const lost = new Promise((resolve) => (lose = resolve));
    const device = Object.assign(new EventTarget(), {
      lost,
      lose,
      destroy: () => {
        world.destroyed += 1;
        lose({ reason: 'destroyed', message: '' });
      },
      createBuffer: () => ({}),
      createShaderModule: () => ({}),
      createComputePipelineAsync: async () => ({ getBindGroupLayout: () => ({}) }),
      createBindGroup: () => ({}),
      createCommandEncoder: () => {
        const list = [];
        return { beginComputePass: () => pass(list), finish: () => list };
      },
      queue: {
        submit: ([list]) => {
          world.dispatches += list.length;
          world.time += trip + list.reduce((sum, one) => sum + one, 0);
          onSubmit(device);
        },
        onSubmittedWorkDone: () => done(device),
      },
    });
    return device;
  };
  const adapter = {
    requestDevice: async () => {
      world.devices += 1;
      return make();
    },
  };
  return { world, adapter, now: () => world.time };
}
