//! The device of this module.

use burn::tensor::Device;
#[cfg(feature = "gpu")]
use js_sys::{Function, Promise, Reflect};
use serde::Serialize;
#[cfg(feature = "gpu")]
use wasm_bindgen::{JsCast, JsValue};

#[cfg(feature = "gpu")]
use crate::error::Error;
use crate::error::Result;

/// `GPUAdapterInfo`, as far as the browser tells.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Adapter {
    pub vendor: String,
    pub architecture: String,
    pub description: String,
    pub is_fallback: bool,
}

#[cfg(feature = "gpu")]
impl Adapter {
    /// The kind of kernels for it. Some browsers do not mark a driver that computes on the CPU, but its name does.
    fn kind(&self) -> metriclab_kernels::Adapter {
        let name = format!("{} {}", self.architecture, self.description).to_lowercase();
        let software = ["swiftshader", "llvmpipe", "lavapipe", "softpipe", "basic render"];
        if self.is_fallback || software.iter().any(|driver| name.contains(driver)) {
            metriclab_kernels::Adapter::Software
        } else {
            metriclab_kernels::Adapter::Hardware
        }
    }
}

/// The CPU.
#[cfg(not(feature = "gpu"))]
#[allow(clippy::unused_async, reason = "the GPU module's open waits for the adapter")]
pub(super) async fn open() -> Result<(Device, Option<Adapter>)> {
    Ok((Device::flex(), None))
}

/// The WebGPU device that the browser prefers for computing.
#[cfg(feature = "gpu")]
pub(super) async fn open() -> Result<(Device, Option<Adapter>)> {
    let adapter = describe_adapter().await?;
    adapter.kind().set();
    let device = Device::wgpu_options()
        .init_async()
        .await
        .map_err(|error| Error::DeviceRefused(format!("{error:?}")))?;
    Ok((device, Some(adapter)))
}

/// Asks the browser itself first, since burn's own error does not tell "no WebGPU" from "refused".
#[cfg(feature = "gpu")]
async fn describe_adapter() -> Result<Adapter> {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let gpu = get(&get(&js_sys::global(), "navigator"), "gpu");
    if gpu.is_falsy() {
        return Err(Error::DeviceNoWebgpu);
    }
    let ask: Function = get(&gpu, "requestAdapter").dyn_into().map_err(|_| Error::DeviceNoWebgpu)?;
    let options = js_sys::Object::new();
    let _ = Reflect::set(&options, &"powerPreference".into(), &"high-performance".into());
    let promise: Promise = ask
        .call1(&gpu, &options)
        .ok()
        .and_then(|value| value.dyn_into().ok())
        .ok_or(Error::DeviceNoAdapter)?;
    let adapter = wasm_bindgen_futures::JsFuture::from(promise).await.map_err(|_| Error::DeviceNoAdapter)?;
    if adapter.is_falsy() {
        return Err(Error::DeviceNoAdapter);
    }
    let info = get(&adapter, "info");
    let text = |name: &str| get(&info, name).as_string().unwrap_or_default();
    let fallback = [get(&info, "isFallbackAdapter"), get(&adapter, "isFallbackAdapter")];
    Ok(Adapter {
        vendor: text("vendor"),
        architecture: text("architecture"),
        description: text("description"),
        is_fallback: fallback.iter().any(JsValue::is_truthy),
    })
}

/// Bytes that tensors take, and bytes that the device has given for them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Memory {
    in_use: f64,
    reserved: f64,
}

/// Memory of the module. It does not tell tensors from the rest.
#[cfg(not(feature = "gpu"))]
pub(super) fn memory(_: &Device) -> Memory {
    const PAGE: f64 = 65_536.0;
    let bytes = core::arch::wasm32::memory_size(0) as f64 * PAGE;
    Memory { in_use: bytes, reserved: bytes }
}

/// Memory in the pools of the graphics device.
#[cfg(feature = "gpu")]
pub(super) fn memory(device: &Device) -> Memory {
    let client = burn::tensor::Tensor::<1>::zeros([1], device)
        .try_into_primitive::<burn::backend::Wgpu>()
        .expect("the device of the GPU module")
        .client;
    let usage = client.memory_report(cubecl::MemoryScope::Device).usage();
    Memory { in_use: usage.bytes_in_use as f64, reserved: usage.bytes_reserved as f64 }
}
