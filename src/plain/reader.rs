//! Reads settings out of a [`Value`], and names the field that does not fit in the words of those who write settings.
//!
//! `serde_json::from_value` under `serde_path_to_error` reads the same, in 8 KB more of the CPU module: it also takes
//! structs from lists, numbers from texts, and wraps every reader of every type in a second one.

use std::fmt::Display;

use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::Unreadable;

/// The longest text that a message repeats.
const LONGEST: usize = 60;
/// The most parts of a value among which one that does not fit is looked for.
const PARTS: usize = 64;

impl serde::de::Error for Unreadable {
    fn custom<T: Display>(reason: T) -> Self {
        Self { path: String::new(), reason: reason.to_string(), found: None }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = told(&found);
        let reason = format!("must be {}, is {found}", wanted(&expected.to_string()));
        Self { path: String::new(), reason, found: Some(found) }
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::custom(format!("must be {}, is a list of {length}", wanted(&expected.to_string())))
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        let found = told(&Unexpected::Str(found));
        Self::custom(format!("must be one of {}, is {found}", known.join(", ")))
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        let fields = if known.is_empty() {
            "it has none".into()
        } else {
            format!("its fields are {}", known.join(", "))
        };
        Self::custom(format!("has the unknown field {field}: {fields}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::custom(format!("lacks the field {field}"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::custom(format!("has the field {field} twice"))
    }
}

/// What serde's name of a type means to somebody who writes settings.
fn wanted(expected: &str) -> String {
    let whole = |most: &str| format!("a whole number from 0 to {most}");
    match expected {
        "f32" | "f64" => "a number".into(),
        "u8" => whole("255"),
        "u16" => whole("65535"),
        "u32" => whole("4294967295"),
        "u64" | "usize" => "a whole number of at least 0".into(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".into(),
        "a boolean" => "true or false".into(),
        "a string" | "a borrowed string" => "a text".into(),
        "a sequence" => "a list".into(),
        "a map" => "an object".into(),
        "unit" => "null".into(),
        "variant identifier" | "field identifier" => "a name".into(),
        _ if expected.starts_with("struct ") => "an object".into(),
        _ if expected.starts_with("internally tagged enum ") => "an object with a kind".into(),
        _ if expected.starts_with("enum ") => "a name, or an object of one".into(),
        _ => match expected.strip_prefix("a tuple of size ").or(expected.strip_prefix("an array of length "))
        {
            Some(length) => format!("a list of {length}"),
            None => expected.into(),
        },
    }
}

/// A value as a message repeats it.
fn told(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(flag) => flag.to_string(),
        Unexpected::Unsigned(whole) => whole.to_string(),
        Unexpected::Signed(whole) => whole.to_string(),
        Unexpected::Float(number) => number.to_string(),
        Unexpected::Char(letter) => format!("{letter:?}"),
        Unexpected::Str(text) if text.chars().nth(LONGEST).is_some() => {
            format!("\"{}…\"", text.chars().take(LONGEST).collect::<String>())
        }
        Unexpected::Str(text) => format!("\"{text}\""),
        Unexpected::Unit | Unexpected::Option => "null".into(),
        Unexpected::Seq => "a list".into(),
        Unexpected::Other(other) => (*other).into(),
        _ => "an object".into(),
    }
}

impl Unreadable {
    /// The same, seen from the field or list around it.
    fn within(mut self, step: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{step}{dot}{}", self.path);
        self
    }

    /// serde sets the fields of a tagged enum aside and reads them later, when their names are gone: the field is the one
    /// whose value is the one that was found.
    fn among(self, parts: &[(String, String)]) -> Self {
        let Some(found) = self.found.clone().filter(|_| self.path.is_empty()) else { return self };
        let mut alike = parts.iter().filter(|(_, value)| *value == found);
        match (alike.next(), alike.next()) {
            (Some((path, _)), None) => self.within(path),
            _ => self,
        }
    }
}

/// A value of plain data, as serde names what it did not expect.
fn unexpected(value: &Value) -> Unexpected<'_> {
    match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(flag) => Unexpected::Bool(*flag),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(whole), _) => Unexpected::Unsigned(whole),
            (_, Some(whole)) => Unexpected::Signed(whole),
            _ => Unexpected::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    }
}

/// Up to here each whole number is an f64.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a value, and finds the part of a tagged enum that does not fit.
pub(super) fn read<'de, T: DeserializeSeed<'de>>(seed: T, value: Value) -> Read<T::Value> {
    let mut parts = Vec::new();
    if value.is_object() {
        list_parts(&value, "", &mut parts);
    }
    seed.deserialize(Plain(value)).map_err(|error| error.among(&parts))
}

/// The parts of a value, each with its path and as a message repeats it.
fn list_parts(value: &Value, path: &str, parts: &mut Vec<(String, String)>) {
    let mut add = |path: String, part: &Value| {
        if parts.len() < PARTS {
            parts.push((path.clone(), told(&unexpected(part))));
            list_parts(part, &path, parts);
        }
    };
    let dot = if path.is_empty() { "" } else { "." };
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, part)| add(format!("{path}{dot}{name}"), part));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, part)| add(format!("{path}[{at}]"), part));
        }
        _ => {}
    }
}

/// A value that is to become a setting.
struct Plain(Value);

impl Plain {
    fn mismatch<'de, V: Visitor<'de>>(&self, visitor: &V) -> Unreadable {
        Unreadable::invalid_type(unexpected(&self.0), visitor)
    }
}

type Read<T> = Result<T, Unreadable>;

impl<'de> Deserializer<'de> for Plain {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(flag),
            Value::Number(_) => self.deserialize_f64(visitor),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Value::Bool(flag) => visitor.visit_bool(flag),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    /// Any number: a visitor of a narrower one says itself what does not fit. A whole one may be written as 4.0.
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let Value::Number(number) = &self.0 else { return Err(self.mismatch(&visitor)) };
        if let Some(whole) = number.as_u64() {
            visitor.visit_u64(whole)
        } else if let Some(whole) = number.as_i64() {
            visitor.visit_i64(whole)
        } else {
            let number = number.as_f64().unwrap_or(f64::NAN);
            if number.fract() == 0.0 && number.abs() <= EXACT {
                visitor.visit_i64(number as i64)
            } else {
                visitor.visit_f64(number)
            }
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    /// The kind of an enum: its name, and not its number.
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(Items { items: items.into_iter(), next: 0 }),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Fields { fields: fields.into_iter(), at: None }),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_map(visitor)
    }

    /// A variant is its name, or the one field of an object. Enums that bear their `kind` ask for any value.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(name.into_deserializer()),
            Value::Object(fields) if fields.len() == 1 => visitor
                .visit_enum(MapAccessDeserializer::new(Fields { fields: fields.into_iter(), at: None })),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u128 char str bytes byte_buf unit unit_struct newtype_struct tuple_struct ignored_any
    }
}

struct Items {
    items: std::vec::IntoIter<Value>,
    next: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let at = self.next;
        self.next += 1;
        read(seed, item).map(Some).map_err(|error| error.within(&format!("[{at}]")))
    }
}

struct Fields {
    fields: serde_json::map::IntoIter,
    /// The field whose name was read and whose value was not.
    at: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        self.at = self.fields.next();
        let Some((name, _)) = &self.at else { return Ok(None) };
        let name: StringDeserializer<Unreadable> = name.clone().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<T::Value> {
        let (name, value) = self.at.take().expect("the name is read first");
        read(seed, value).map_err(|error| error.within(&name))
    }
}
