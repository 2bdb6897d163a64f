//! The catalogue as TypeScript: types of the configurations, names, and all of [`options`] as constants.

use serde::Serialize;
use serde_json::Value;

use super::{Options, options};
use crate::error::Error;
use crate::miners::MinerConfig;
use crate::plain;
use crate::setting::{Setting, Values};

/// Columns of a line.
const WIDTH: usize = 110;

/// A file's name and its text.
pub type File = (&'static str, String);

/// The files of `pkg/src/generated` that list what the crate offers.
pub fn typescript() -> [File; 2] {
    [("catalogue.ts", catalogue()), ("error-codes.ts", error_codes())]
}

/// In a file of its own: the Workers need the codes, and nothing of the catalogue.
fn error_codes() -> String {
    let codes = joined(Error::CODES.iter().map(|code| format!("  '{code}',\n")));
    format!(
        "/* Written by `cargo xtask generate` from src/error.rs. Do not edit. */\n\
         /** The codes of the engine's errors. */\n\
         export const ENGINE_ERROR_CODES = [\n{codes}] as const;\n"
    )
}

fn catalogue() -> String {
    let options = options();
    let mut parts = vec![
        "/* Written by `cargo xtask generate` from src/catalogue.rs. Do not edit. */\n\
         import type { Options } from '../types.js';\n"
            .to_owned(),
    ];
    parts.extend(losses(&options));
    parts.extend(names_alone(&options));
    parts.extend(kinds(&options));
    parts.push(distances(&options));
    let groups = [
        (
            "losses",
            grouped(options.losses.iter().map(|loss| (plain::write(&loss.wiring), name(&loss.defaults)))),
        ),
        (
            "distances",
            grouped(options.distances.iter().map(|each| (plain::write(&each.rows), name(&each.kind)))),
        ),
    ];
    let groups = joined(groups.iter().map(|(of, groups)| format!("  {of}: {{\n{groups}  }},\n")));
    parts.push(format!(
        "/** Names in the groups of a page: losses by their wiring, distances by the rows that they compare. */\n\
         export const GROUPS = {{\n{groups}}} as const;\n"
    ));
    let json = serde_json::to_string(&options).expect("options are plain data");
    parts.push(format!(
        "/** Everything that a configuration can name, with formulas, papers, bounds and defaults. */\n\
         export const CATALOGUE: Options = {};\n",
        laid_out(&json, 0)
    ));
    parts.join("\n")
}

/// A type for each loss, and their union.
fn losses(options: &Options) -> Vec<String> {
    let mut types = Vec::new();
    let mut names = Vec::new();
    for loss in &options.losses {
        let kind = name(&loss.defaults);
        let type_name = format!("{}Loss", pascal(&kind));
        let paper = loss.paper;
        let about = format!("{}\n{} ({})", loss.formula, paper.title, paper.year);
        types.push(interface(&type_name, &about, &kind, loss.settings, true));
        names.push(type_name);
    }
    let about = "A loss with its settings; one that is left out has its default.";
    types.push(format!("/** {about} */\nexport type LossConfig = {};\n", union(&names)));
    types
}

/// Choices with a kind and settings of their own, all of which are given.
fn kinds(options: &Options) -> Vec<String> {
    let networks = options.networks.iter().map(|each| (name(&each.defaults), each.settings));
    let reducers = options.reducers.iter().map(|each| (name(&each.defaults), each.settings));
    let schedules = options.schedules.iter().map(|each| (name(&each.defaults), each.settings));
    vec![
        choices("NetworkConfig", "Layers of the body, before the embedding head.", networks),
        choices("ReducerConfig", "How the elements of a loss become one number.", reducers),
        choices("ScheduleConfig", "How the rate changes with the steps.", schedules),
        interface_of_miners(options),
    ]
}

fn choices(
    type_name: &str,
    about: &str,
    kinds: impl Iterator<Item = (String, &'static [Setting])>,
) -> String {
    let each: Vec<String> = kinds
        .map(|(kind, settings)| {
            let fields =
                joined(settings.iter().map(|each| format!("; readonly {}: {}", each.name, values(each))));
            format!("{{ readonly kind: '{kind}'{fields} }}")
        })
        .collect();
    format!("/** {about} */\nexport type {type_name} = {};\n", union(&each))
}

fn interface_of_miners(options: &Options) -> String {
    let fields = joined(MinerConfig::SETTINGS.iter().map(|setting| field(setting, true)));
    let kinds: Vec<String> = options.miners.iter().map(|miner| name(&miner.kind)).collect();
    format!(
        "{}\n/** A miner with its settings. Each miner uses those that `Options.miners` lists, and ignores the others. */\n\
         export interface MinerConfig {{\n  readonly kind: MinerKind;\n{fields}}}\n",
        names("MinerKind", "The name of a miner.", &kinds)
    )
}

fn names_alone(options: &Options) -> Vec<String> {
    let of = |names: &mut dyn Iterator<Item = String>| names.collect::<Vec<_>>();
    let regularizers = of(&mut options.regularizers.iter().map(|each| name(&each.kind)));
    let optimizers = of(&mut options.optimizers.iter().map(|each| name(&each.kind)));
    let samplers = of(&mut options.samplers.iter().map(|each| name(&each.kind)));
    let distances = of(&mut options.distances.iter().map(|each| name(&each.kind)));
    vec![
        names("RegularizerKind", "A penalty on embeddings or class weights, for any loss.", &regularizers),
        names("OptimizerKind", "The name of an optimiser.", &optimizers),
        names("SamplerKind", "How the classes of a batch are drawn.", &samplers),
        names("DistanceName", "The name of a distance.", &distances),
    ]
}

fn distances(options: &Options) -> String {
    let of = |kind: &Value, settings: &[Setting]| {
        if let Some(name) = kind.as_str() {
            return format!("'{name}'");
        }
        let fields: Vec<String> =
            settings.iter().map(|each| format!("readonly {}: {}", each.name, values(each))).collect();
        format!("{{ readonly {}: {{ {} }} }}", name(kind), fields.join("; "))
    };
    let all: Vec<String> =
        options.distances.iter().map(|each| of(&plain::write(&each.kind), each.settings)).collect();
    format!(
        "/**\n * How two rows x, y are compared: a name, or a name with its setting (`{{ minkowski: {{ p: 3 }} }}`). In a session\n \
         * `cosine` and `dot` are similarities, larger is closer; in `Lab.distances` and `Lab.nearest` they count as 1 - s and\n \
         * -s.\n */\nexport type DistanceKind = {};\n",
        union(&all)
    )
}

fn interface(type_name: &str, about: &str, kind: &str, settings: &[Setting], optional: bool) -> String {
    let about = joined(about.lines().map(|line| format!(" * {line}\n")));
    let fields = joined(settings.iter().map(|setting| field(setting, optional)));
    format!("/**\n{about} */\nexport interface {type_name} {{\n  readonly kind: '{kind}';\n{fields}}}\n")
}

fn field(setting: &Setting, optional: bool) -> String {
    let mark = if optional { "?" } else { "" };
    let symbol = if setting.symbol.is_empty() { String::new() } else { format!("{}: ", setting.symbol) };
    let Setting { name, text, .. } = setting;
    let bounds = bounds(setting);
    format!("  /** {symbol}{text}{bounds} */\n  readonly {name}{mark}: {};\n", values(setting))
}

/// Bounds and default, as a sentence.
fn bounds(setting: &Setting) -> String {
    let default = setting.default();
    match setting.values {
        Values::Number { range, .. } | Values::Optional { range } => {
            let (least, most) = (range.least, range.most);
            let bounds = match (range.least_excluded, range.most_excluded) {
                (false, false) => format!("From {least} to {most}"),
                (true, false) => format!("Above {least}, at most {most}"),
                (false, true) => format!("From {least}, below {most}"),
                (true, true) => format!("Above {least}, below {most}"),
            };
            format!(" {bounds}; {default} unless given.")
        }
        Values::Whole { least, most, .. } => {
            format!(" A whole number from {least} to {most}; {default} unless given.")
        }
        Values::Flag { .. } | Values::Choice { .. } | Values::List { .. } => {
            format!(" {default} unless given.")
        }
    }
}

/// The type of a setting's values.
fn values(setting: &Setting) -> String {
    match setting.values {
        Values::Number { .. } | Values::Whole { .. } => "number".into(),
        Values::Flag { .. } => "boolean".into(),
        Values::Optional { .. } => "number | null".into(),
        Values::List { .. } => "readonly number[]".into(),
        Values::Choice { names, .. } => {
            names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(" | ")
        }
    }
}

fn names(type_name: &str, about: &str, names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    format!("/** {about} */\nexport type {type_name} = {};\n", union(&quoted))
}

fn union(types: &[String]) -> String {
    joined(types.iter().map(|each| format!("\n  | {each}")))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().concat()
}

/// `"euclidean"`, `{"minkowski": …}` and `{"kind": "triplet", …}` all have a name.
fn name(choice: &impl Serialize) -> String {
    plain::name(choice)
}

/// `tupletMargin` -> `TupletMargin`
fn pascal(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

/// Names by what they have in common, in the order of their first.
fn grouped(items: impl Iterator<Item = (Value, String)>) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (group, name) in items {
        let group = group.as_str().unwrap_or_default().to_owned();
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, names)) => names.push(name),
            None => groups.push((group, vec![name])),
        }
    }
    joined(groups.iter().map(|(group, names)| {
        let json = serde_json::to_string(names).expect("names are plain data");
        format!("    {group}: {},\n", laid_out(&json, 4))
    }))
}

/// JSON with the keys of its objects bare, and with a line for each part of what does not fit into one.
fn laid_out(json: &str, indent: usize) -> String {
    let (open, parts, close) = match parts(json) {
        Some(parts) => (&json[..1], parts, &json[json.len() - 1..]),
        None => return json.to_owned(),
    };
    let pairs: Vec<(String, &str)> = parts
        .iter()
        .map(|part| match key(part).filter(|_| open == "{") {
            Some((key, value)) => (format!("{key}: "), value),
            None => (String::new(), *part),
        })
        .collect();
    let inline: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{key}{}", laid_out(value, usize::MAX))).collect();
    let space = if open == "{" && !pairs.is_empty() { " " } else { "" };
    let line = format!("{open}{space}{}{space}{close}", inline.join(", "));
    if indent == usize::MAX || indent + line.chars().count() <= WIDTH {
        return line;
    }
    let inner = indent + 2;
    let lines =
        joined(pairs.iter().map(|(key, value)| format!("{:inner$}{key}{},\n", "", laid_out(value, inner))));
    format!("{open}\n{lines}{:indent$}{close}", "")
}

/// The parts of a list or an object, as they are written; none for anything else.
fn parts(json: &str) -> Option<Vec<&str>> {
    let inner = json.strip_prefix(['[', '{'])?.strip_suffix([']', '}'])?;
    let (mut parts, mut depth, mut text, mut escaped, mut start) = (Vec::new(), 0, false, false, 0);
    for (at, letter) in inner.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => text = !text,
            _ if text => {}
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !inner.is_empty() {
        parts.push(&inner[start..]);
    }
    Some(parts)
}

/// `"key":value`, for a key of letters and digits.
fn key(part: &str) -> Option<(&str, &str)> {
    let (key, value) = part.strip_prefix('"')?.split_once('"')?;
    Some((key, value.strip_prefix(':')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_lists_what_the_core_offers() {
        for (name, text) in typescript() {
            let path = format!("{}/pkg/src/generated/{name}", env!("CARGO_MANIFEST_DIR"));
            let written = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(written == text, "pkg/src/generated/{name} is stale: run cargo xtask generate");
        }
    }

    #[test]
    fn json_is_laid_out_by_its_width() {
        assert_eq!(
            laid_out(r#"{"a":[1,2.5],"b":{"c":"x, \"y\": {"},"d":[]}"#, 0),
            r#"{ a: [1, 2.5], b: { c: "x, \"y\": {" }, d: [] }"#
        );
        let long = format!(r#"["{}","{}"]"#, "a".repeat(70), "b".repeat(70));
        assert_eq!(
            laid_out(&long, 2),
            format!("[\n    \"{}\",\n    \"{}\",\n  ]", "a".repeat(70), "b".repeat(70))
        );
    }
}
