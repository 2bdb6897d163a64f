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
