//! Settings: the numbers, switches and names that a choice takes, with their bounds.
//!
//! A loss, miner, distance or reducer lists its settings as [`Setting`]s. Validation and the catalogue read the same
//! list, so that a bound is written once. Every number of a range, as an f32, keeps the formulas finite on rows of
//! ordinary size.

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::plain;

/// The name of a setting in a configuration, its symbol in the formula and a line of text.
pub type Named = (&'static str, &'static str, &'static str);

/// A setting: its name, its symbol in the formula, a line of text and the values that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// Name in a configuration: `posMargin`.
    pub name: &'static str,
    /// Symbol in the formula: `m₊`. Empty for a setting without a symbol.
    pub symbol: &'static str,
    /// One line that explains it.
    pub text: &'static str,
    /// The values that it takes.
    pub values: Values,
}

/// The values that a setting takes, and its default.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Values {
    /// A number.
    Number {
        /// The bounds.
        range: Range,
        /// The default.
        default: f64,
    },
    /// A whole number from `least` to `most`.
    Whole {
        /// Smallest.
        least: usize,
        /// Largest.
        most: usize,
        /// The default.
        default: usize,
    },
    /// True or false.
    Flag {
        /// The default.
        default: bool,
    },
    /// One of several names.
    Choice {
        /// All names.
        names: &'static [&'static str],
        /// The default.
        default: &'static str,
    },
    /// A number, or null for none. Null is the default.
    Optional {
        /// The bounds.
        range: Range,
    },
    /// A list of whole numbers.
    List {
        /// Smallest number.
        least: usize,
        /// Largest number.
        most: usize,
        /// Length of the longest list.
        longest: usize,
        /// The default.
        default: &'static [usize],
    },
}

/// An interval of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Range {
    /// Lower bound.
    pub least: f64,
    /// Upper bound.
    pub most: f64,
    /// Whether the lower bound itself is refused.
    pub least_excluded: bool,
    /// Whether the upper bound itself is refused.
    pub most_excluded: bool,
}

impl Range {
    /// A margin or a boundary between near and far: squares and exponents of it stay finite in f32.
    pub const MARGIN: Self = Self::closed(-1e6, 1e6);
    /// A temperature or a scale: it and its reciprocal stay finite in f32.
    pub const POSITIVE: Self = Self::closed(1e-6, 1e6);
    /// The weight of a term that may be switched off.
    pub const WEIGHT: Self = Self::closed(0.0, 1e6);
    /// An angle in radians, each way.
    pub const RADIANS: Self = Self::closed(-std::f64::consts::PI, std::f64::consts::PI);

    /// Both bounds included.
    pub const fn closed(least: f64, most: f64) -> Self {
        Self { least, most, least_excluded: false, most_excluded: false }
    }

    /// Both bounds refused.
    pub const fn open(least: f64, most: f64) -> Self {
        Self { least, most, least_excluded: true, most_excluded: true }
    }

    /// The lower bound refused.
    pub const fn above(least: f64, most: f64) -> Self {
        Self { least, most, least_excluded: true, most_excluded: false }
    }

    /// Whether `value` lies inside; false for NaN.
    pub fn contains(&self, value: f64) -> bool {
        let above = if self.least_excluded { value > self.least } else { value >= self.least };
        let below = if self.most_excluded { value < self.most } else { value <= self.most };
        above && below
    }

    /// Checks a number.
    ///
    /// # Errors
    /// `config.invalid` with `field`.
    pub fn check(&self, field: &str, value: f64) -> Result<()> {
        if self.contains(value) {
            return Ok(());
        }
        if !value.is_finite() {
            return Err(Error::config(field, "must be a finite number"));
        }
        let least = if self.least_excluded { "above" } else { "at least" };
        let most = if self.most_excluded { "below" } else { "at most" };
        let reason = match (self.least_excluded, self.most_excluded) {
            (false, false) => format!("must be from {} to {}, is {value}", self.least, self.most),
            _ => format!("must be {least} {} and {most} {}, is {value}", self.least, self.most),
        };
        Err(Error::config(field, reason))
    }
}

impl Setting {
    /// A number.
    pub const fn number(name: Named, range: Range, default: f64) -> Self {
        Self::new(name, Values::Number { range, default })
    }

    /// A whole number from `least` to `most`.
    pub const fn whole(name: Named, least: usize, most: usize, default: usize) -> Self {
        Self::new(name, Values::Whole { least, most, default })
    }

    /// True or false.
    pub const fn flag(name: Named, default: bool) -> Self {
        Self::new(name, Values::Flag { default })
    }

    /// One of several names.
    pub const fn choice(name: Named, names: &'static [&'static str], default: &'static str) -> Self {
        Self::new(name, Values::Choice { names, default })
    }

    /// A setting of other values.
    pub const fn new((name, symbol, text): Named, values: Values) -> Self {
        Self { name, symbol, text, values }
    }

    /// The same with a lower upper bound, for a whole number that something else limits too.
    #[must_use]
    pub fn up_to(self, limit: usize) -> Self {
        let values = match self.values {
            Values::Whole { least, most, default } => Values::Whole { least, most: most.min(limit), default },
            Values::Number { .. }
            | Values::Flag { .. }
            | Values::Choice { .. }
            | Values::Optional { .. }
            | Values::List { .. } => self.values,
        };
        Self { values, ..self }
    }

    /// Checks each setting of a list in the configuration that holds them.
    ///
    /// # Errors
    /// `config.invalid` with the path of the first setting that is out of its bounds.
    pub fn check_all(settings: &[Self], at: &str, configuration: &impl Serialize) -> Result<()> {
        let written = plain::write(configuration);
        settings.iter().try_for_each(|setting| setting.check(at, &written[setting.name]))
    }

    /// Checks a value that a configuration gives; `at` is the path before the name: `loss`.
    ///
    /// # Errors
    /// `config.invalid` with the path of the setting.
    pub fn check(&self, at: &str, value: &Value) -> Result<()> {
        let field = || format!("{at}.{}", self.name);
        match self.values {
            Values::Optional { .. } if value.is_null() => Ok(()),
            // A configuration writes what is not finite as null.
            Values::Number { range, .. } | Values::Optional { range } => {
                range.check(&field(), value.as_f64().unwrap_or(f64::NAN))
            }
            Values::Whole { least, most, .. } => match value.as_u64() {
                Some(value) if (least as u64..=most as u64).contains(&value) => Ok(()),
                _ => {
                    let reason = format!("must be a whole number from {least} to {most}, is {value}");
                    Err(Error::config(field(), reason))
                }
            },
            Values::Flag { .. } if value.is_boolean() => Ok(()),
            Values::Flag { .. } => Err(Error::config(field(), "must be true or false")),
            Values::Choice { names, .. } => match value.as_str() {
                Some(value) if names.contains(&value) => Ok(()),
                _ => Err(Error::config(field(), format!("must be one of {}", names.join(", ")))),
            },
            Values::List { least, most, longest, .. } => {
                check_list(value, (least, most), longest).map_err(|reason| Error::config(field(), reason))
            }
        }
    }

    /// The default as a configuration writes it.
    pub fn default(&self) -> Value {
        match self.values {
            Values::Number { default, .. } => Value::from(default),
            Values::Whole { default, .. } => Value::from(default),
            Values::Flag { default } => Value::from(default),
            Values::Choice { default, .. } => Value::from(default),
            Values::Optional { .. } => Value::Null,
            Values::List { default, .. } => Value::from(default),
        }
    }
}

/// The reason why a list of whole numbers is refused.
fn check_list(
    value: &Value,
    (least, most): (usize, usize),
    longest: usize,
) -> std::result::Result<(), String> {
    let items = value.as_array().ok_or("must be a list")?;
    if items.len() > longest {
        return Err(format!("must have at most {longest} layers, has {}", items.len()));
    }
    let fits = |item: &Value| item.as_u64().is_some_and(|item| (least as u64..=most as u64).contains(&item));
    match items.iter().find(|item| !fits(item)) {
        Some(item) => Err(format!("must hold numbers from {least} to {most}, holds {item}")),
        None => Ok(()),
    }
}

/// Declares a struct of settings: the struct with its defaults, and the list of its [`Setting`]s. A field reads
/// `name: type = default, "nameInAConfiguration" "symbol" kind(bounds);` with the kind `number`, `whole`, `flag` or
/// `choice`; its documentation is the setting's text.
macro_rules! settings {
    (
        $(#[$about:meta])*
        pub struct $name:ident {
            $(
                $(#[doc = $text:literal])+
                $field:ident: $type:ty = $default:expr,
                $key:literal $symbol:literal $kind:ident $(($($bounds:tt)+))?;
            )*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default, expecting = "an object with settings")]
        pub struct $name {
            $( $(#[doc = $text])+ pub $field: $type, )*
        }

        impl $name {
            /// The default settings.
            pub const DEFAULT: Self = Self { $($field: $default),* };
            /// The settings, in the order of the fields.
            pub const SETTINGS: &'static [$crate::setting::Setting] = &[$(
                $crate::setting::Setting {
                    name: $key,
                    symbol: $symbol,
                    text: concat!($($text),+).trim_ascii(),
                    values: $crate::setting::settings!(
                        @$kind Self::DEFAULT.$field, $type $(, $($bounds)+)?
                    ),
                },
            )*];
        }

        impl Default for $name {
            fn default() -> Self {
                Self::DEFAULT
            }
        }
    };
    (@number $default:expr, $type:ty, $range:expr) => {
        $crate::setting::Values::Number { range: $range, default: $default }
    };
    (@whole $default:expr, $type:ty, $least:expr, $most:expr) => {
        $crate::setting::Values::Whole { least: $least, most: $most, default: $default }
    };
    (@flag $default:expr, $type:ty) => {
        $crate::setting::Values::Flag { default: $default }
    };
    (@choice $default:expr, $type:ty) => {
        $crate::setting::Values::Choice { names: <$type>::NAMES, default: $default.name() }
    };
}
pub(crate) use settings;

/// Declares an enum of names, as a configuration writes them: `Fixed = "fixed"`. The first is the default.
macro_rules! names {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $(#[$first_about:meta])* $first:ident = $first_text:literal,
            $( $(#[$each_about:meta])* $each:ident = $text:literal, )*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[$first_about])*
            #[default]
            #[serde(rename = $first_text)]
            $first,
            $( $(#[$each_about])* #[serde(rename = $text)] $each, )*
        }

        impl $name {
            /// The names, as a configuration writes them.
            pub const NAMES: &'static [&'static str] = &[$first_text, $($text),*];

            /// The name, as a configuration writes it.
            pub const fn name(self) -> &'static str {
                match self {
                    Self::$first => $first_text,
                    $(Self::$each => $text,)*
                }
            }
        }
    };
}
pub(crate) use names;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    names! {
        /// A name.
        pub enum Mood {
            /// Good.
            Good = "good",
            /// Bad.
            Bad = "veryBad",
        }
    }

    settings! {
        /// A choice.
        pub struct Choice {
            /// How far.
            pos_margin: f64 = 0.5, "posMargin" "m₊" number(Range::above(0.0, 2.0));
            /// How many,
            /// at most.
            count: usize = 3, "count" "k" whole(1, 8);
            /// Whether.
            swap: bool = true, "swap" "" flag;
            /// How.
            mood: Mood = Mood::Bad, "mood" "" choice;
        }
    }

    #[test]
    fn the_list_says_what_the_struct_does() {
        let defaults: serde_json::Map<String, Value> =
            Choice::SETTINGS.iter().map(|setting| (setting.name.into(), setting.default())).collect();
        assert_eq!(plain::write(&Choice::DEFAULT), Value::Object(defaults), "names and defaults");
        assert_eq!(Choice::SETTINGS[1].text, "How many, at most.", "the documentation is the text");
        let read: Choice = plain::read(json!({ "count": 5 })).expect("the rest takes its default");
        assert_eq!(read, Choice { count: 5, ..Choice::DEFAULT });
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        let check = |at: usize, value: Value| Choice::SETTINGS[at].check("loss", &value);
        let reason = |at: usize, value: Value| check(at, value).expect_err("out of bounds").to_string();
        assert!(check(0, json!(2)).is_ok() && check(1, json!(8)).is_ok(), "the bounds belong to it");
        assert!(check(3, json!("good")).is_ok() && check(2, json!(false)).is_ok());
        assert_eq!(reason(0, json!(0.0)), "loss.posMargin must be above 0 and at most 2, is 0");
        assert_eq!(reason(0, Value::Null), "loss.posMargin must be a finite number");
        assert_eq!(reason(1, json!(9)), "loss.count must be a whole number from 1 to 8, is 9");
        assert_eq!(reason(1, json!(2.5)), "loss.count must be a whole number from 1 to 8, is 2.5");
        assert_eq!(reason(2, json!(1)), "loss.swap must be true or false");
        assert_eq!(reason(3, json!("sad")), "loss.mood must be one of good, veryBad");
        assert!(Range::POSITIVE.check("t", f64::INFINITY).is_err(), "an infinity is no number");
    }
}
