//! The device of the tests: a native adapter with exactly what WebGPU promises on every card, and no more.

use burn::tensor::Device;
use burn::tensor::wgpu::{WgpuSetup, wgpu};

/// A device with WebGPU's default limits (8 storage buffers, 16 KiB of a workgroup, 65,535 workgroups in a dimension, 128 MiB in a
/// binding), and neither f16 nor subgroups. What passes them is an error of wgpu, and ends a test.
pub fn within_default_limits() -> Device {
    let setup = pollster::block_on(async {
        let instance = wgpu::Instance::default();
        let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default()).await;
        let adapter = adapter.expect("a native adapter: apt-get install mesa-vulkan-drivers");
        let promised = wgpu::DeviceDescriptor {
            // burn's own kernels take these where an adapter has them, natively; a browser offers neither.
            required_features: adapter.features()
                & (wgpu::Features::SHADER_INT64 | wgpu::Features::SHADER_FLOAT32_ATOMIC),
            required_limits: wgpu::Limits::default(),
            ..Default::default()
        };
        let (device, queue) =
            adapter.request_device(&promised).await.expect("a device with the default limits");
        let limits = device.limits();
        assert_eq!(limits.max_storage_buffers_per_shader_stage, 8);
        assert_eq!(limits.max_compute_workgroup_storage_size, 16 << 10);
        assert_eq!(limits.max_compute_workgroups_per_dimension, 65_535);
        assert_eq!(limits.max_storage_buffer_binding_size, 128 << 20);
        let backend = adapter.get_info().backend;
        WgpuSetup { instance, adapter, device, queue, backend }
    });
    Device::wgpu_options().setup(setup).init().expect("a device for burn")
}
