//! One error path: a Rust [`Error`] becomes a JavaScript `Error` with `name`, `code`, `message`.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::error::Error;

/// The JavaScript error of a Rust error.
pub(super) fn to_js(error: &Error) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    js.set_name("MetricLabError");
    // Setting a property of a fresh object cannot fail.
    let _ = Reflect::set(&js, &"code".into(), &error.code().into());
    js.into()
}
