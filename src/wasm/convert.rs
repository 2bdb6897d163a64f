//! Requests in, answers out. Numbers in bulk travel as typed arrays, all else as plain data.

use js_sys::{
    Array, ArrayBuffer, Float32Array, Function, Object, Reflect, Uint8Array, Uint16Array, Uint32Array,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};
use wasm_bindgen::{JsCast, JsValue};

use super::error::to_js;
use crate::error::Error;
use crate::plain;
use crate::sealed::Output;
use crate::session::Samples;

/// Deeper than any configuration; what a page sends may hold itself.
const DEPTH: usize = 16;
/// Up to here a number of JavaScript that is whole is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A request, or `config.invalid` with the field that does not parse.
pub(super) fn request<T: DeserializeOwned>(value: &JsValue) -> Result<T, JsValue> {
    Request::of(value)?.rest()
}

/// A request with arrays of numbers: they are taken by name, and the rest is plain data.
pub(super) struct Request {
    fields: Object,
    taken: Vec<&'static str>,
}

impl Request {
    pub(super) fn of(value: &JsValue) -> Result<Self, JsValue> {
        let fields = value.dyn_ref::<Object>().filter(|_| is_plain(value) && !Array::is_array(value));
        let fields = fields.ok_or_else(|| unreadable("request", "must be an object"))?.clone();
        Ok(Self { fields, taken: Vec::new() })
    }

    fn take<T: JsCast>(&mut self, name: &'static str, of: &str) -> Result<T, JsValue> {
        self.taken.push(name);
        let value = Reflect::get(&self.fields, &name.into())?;
        value.dyn_into().map_err(|_| unreadable(name, &format!("must be a {of}")))
    }

    pub(super) fn floats(&mut self, name: &'static str) -> Result<Vec<f32>, JsValue> {
        self.take::<Float32Array>(name, "Float32Array").map(|array| array.to_vec())
    }

    /// The array of this name, or none where it is that of `other`.
    pub(super) fn floats_unless(
        &mut self,
        name: &'static str,
        other: &'static str,
    ) -> Result<Option<Vec<f32>>, JsValue> {
        let array: Float32Array = self.take(name, "Float32Array")?;
        let same = Object::is(&array, &Reflect::get(&self.fields, &other.into())?);
        Ok((!same).then(|| array.to_vec()))
    }

    pub(super) fn shorts(&mut self, name: &'static str) -> Result<Vec<u16>, JsValue> {
        self.take::<Uint16Array>(name, "Uint16Array").map(|array| array.to_vec())
    }

    pub(super) fn longs(&mut self, name: &'static str) -> Result<Vec<u32>, JsValue> {
        self.take::<Uint32Array>(name, "Uint32Array").map(|array| array.to_vec())
    }

    pub(super) fn bytes(&mut self, name: &'static str) -> Result<Vec<u8>, JsValue> {
        self.take::<Uint8Array>(name, "Uint8Array").map(|array| array.to_vec())
    }

    /// Bytes or floats, as a data set of either has them.
    pub(super) fn samples(&mut self, name: &'static str) -> Result<Brought, JsValue> {
        let array: Object = self.take(name, "Uint8Array or a Float32Array")?;
        match (array.dyn_ref::<Uint8Array>(), array.dyn_ref::<Float32Array>()) {
            (Some(bytes), _) => Ok(Brought::Bytes(bytes.to_vec())),
            (_, Some(floats)) => Ok(Brought::Floats(floats.to_vec())),
            _ => Err(unreadable(name, "must be a Uint8Array or a Float32Array")),
        }
    }

    /// All that was not taken.
    pub(super) fn rest<T: DeserializeOwned>(self) -> Result<T, JsValue> {
        let fields = object(&self.fields, &self.taken, "", DEPTH)?;
        plain::read(fields).map_err(|error| {
            let field = if error.path.is_empty() { "request" } else { &error.path };
            unreadable(field, &error.reason)
        })
    }
}

/// A file that grows in the page's memory, not in the module's.
pub(super) struct PageFile {
    bytes: Uint8Array,
    filled: u32,
}

impl PageFile {
    pub(super) fn new() -> Self {
        Self { bytes: Uint8Array::new_with_length(0), filled: 0 }
    }

    pub(super) fn done(self) -> JsValue {
        self.bytes.into()
    }
}

impl Output for PageFile {
    fn begin(&mut self, length: usize) {
        self.bytes = Uint8Array::new_with_length(length as u32);
    }

    fn put(&mut self, bytes: &[u8]) {
        let end = self.filled + bytes.len() as u32;
        self.bytes.subarray(self.filled, end).copy_from(bytes);
        self.filled = end;
    }

    fn put_numbers(&mut self, numbers: &[f32]) {
        let count = numbers.len() as u32;
        let buffer = self.bytes.buffer();
        Float32Array::new_with_byte_offset_and_length(&buffer, self.filled, count).copy_from(numbers);
        self.filled += 4 * count;
    }
}

/// Samples that a page brings.
pub(super) enum Brought {
    Bytes(Vec<u8>),
    Floats(Vec<f32>),
}

impl Brought {
    pub(super) fn as_samples(&self) -> Samples<'_> {
        match self {
            Self::Bytes(bytes) => Samples::Bytes(bytes),
            Self::Floats(floats) => Samples::Floats(floats),
        }
    }
}

fn unreadable(field: &str, reason: &str) -> JsValue {
    to_js(&Error::config(field, reason))
}

fn is_plain(value: &JsValue) -> bool {
    value.is_object() && !ArrayBuffer::is_view(value) && !value.is_instance_of::<ArrayBuffer>()
}

fn object(fields: &Object, without: &[&str], path: &str, depth: usize) -> Result<Value, JsValue> {
    let mut found = Map::new();
    for entry in Object::entries(fields) {
        let entry: Array = entry.into();
        let (name, value) = (entry.get(0).as_string().unwrap_or_default(), entry.get(1));
        // A property that is undefined is as if it were not there.
        if value.is_undefined() || without.contains(&name.as_str()) {
            continue;
        }
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        found.insert(name, plain_of(&value, &path, depth)?);
    }
    Ok(Value::Object(found))
}

/// A value of JavaScript as plain data.
fn plain_of(value: &JsValue, path: &str, depth: usize) -> Result<Value, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(Value::Null);
    }
    if let Some(flag) = value.as_bool() {
        return Ok(flag.into());
    }
    if let Some(text) = value.as_string() {
        return Ok(text.into());
    }
    if let Some(number) = value.as_f64() {
        if number.fract() == 0.0 && number.abs() <= EXACT {
            return Ok((number as i64).into());
        }
        return Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(|| unreadable(path, &format!("must be a finite number, is {number}")));
    }
    if depth == 0 || !is_plain(value) {
        return Err(unreadable(path, "must be plain data: numbers, texts, switches, lists and objects"));
    }
    match value.dyn_ref::<Array>() {
        Some(items) => {
            let item = |(at, item): (usize, JsValue)| plain_of(&item, &format!("{path}[{at}]"), depth - 1);
            items.iter().enumerate().map(item).collect()
        }
        None => object(value.unchecked_ref(), &[], path, depth - 1),
    }
}

/// A typed array of JavaScript, `data.too_large` where its memory cannot be had.
pub(super) fn array<T: JsCast>(of: &str, length: usize) -> Result<T, JsValue> {
    let constructor: Function = Reflect::get(&js_sys::global(), &of.into())?.unchecked_into();
    let made = Reflect::construct(&constructor, &Array::of1(&(length as f64).into()));
    let bytes = 4 * length as u64;
    // The browser does not tell how much it would have granted.
    made.map(JsValue::unchecked_into)
        .map_err(|_| to_js(&Error::DataTooLarge { bytes, limit: bytes.saturating_sub(1) }))
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

    pub(super) fn array(self, name: &str, values: &JsValue) -> Self {
        self.set(name, values)
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

/// Any serialisable value. Numbers that are not finite stay what they are.
pub(super) fn serde(value: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    // Our own structs hold nothing that the serializer refuses.
    value.serialize(&serializer).unwrap_or(JsValue::NULL)
}
