//! Requests in, answers out. Numbers in bulk travel as typed arrays, all else by serde.

use js_sys::{Float32Array, Object, Reflect, Uint8Array, Uint16Array, Uint32Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::error::to_js;
use crate::error::Error;

/// A request, or `config.invalid` with the field that does not parse.
pub(super) fn request<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    let deserializer = serde_wasm_bindgen::Deserializer::from(value);
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { "request".into() } else { path };
        to_js(&Error::config(field, format!("cannot be read: {}", error.inner())))
    })
}

/// An answer under construction.
pub(super) struct Answer(Object);

impl Answer {
    pub(super) fn new() -> Self {
        Self(Object::new())
    }

    /// Starts from the fields of a struct.
    pub(super) fn of(fields: &impl Serialize) -> Self {
        Self(Object::from(serde(fields)))
    }

    fn set(self, name: &str, value: &JsValue) -> Self {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&self.0, &name.into(), value);
        self
    }

    pub(super) fn number(self, name: &str, value: f64) -> Self {
        self.set(name, &value.into())
    }

    pub(super) fn flag(self, name: &str, value: bool) -> Self {
        self.set(name, &value.into())
    }

    pub(super) fn fields(self, name: &str, value: &impl Serialize) -> Self {
        self.set(name, &serde(value))
    }

    pub(super) fn floats(self, name: &str, values: &[f32]) -> Self {
        self.set(name, &Float32Array::from(values))
    }

    pub(super) fn longs(self, name: &str, values: &[u32]) -> Self {
        self.set(name, &Uint32Array::from(values))
    }

    pub(super) fn shorts(self, name: &str, values: &[u16]) -> Self {
        self.set(name, &Uint16Array::from(values))
    }

    pub(super) fn bytes(self, name: &str, values: &[u8]) -> Self {
        self.set(name, &Uint8Array::from(values))
    }

    pub(super) fn done(self) -> JsValue {
        self.0.into()
    }
}

/// Any serialisable value.
pub(super) fn serde(value: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    // Our own structs hold nothing that the serializer refuses.
    value.serialize(&serializer).unwrap_or(JsValue::NULL)
}
