// Runs in the page and in every Worker before their own scripts: reports what WebGPU would keep to itself,
// and keeps the devices so that a test can lose one.
(() => {
  const prototype = globalThis.GPUAdapter?.prototype;
  if (!prototype || globalThis.devicesOfTest) return;
  globalThis.devicesOfTest = [];
  const request = prototype.requestDevice;
  prototype.requestDevice = async function (descriptor) {
    const device = await request.call(this, descriptor);
    globalThis.devicesOfTest.push(device);
    device.addEventListener('uncapturederror', ({ error }) => {
      console.error(`uncaptured WebGPU error: ${error.message}`);
    });
    return device;
  };
})();
