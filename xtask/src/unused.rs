//! Removes functions from a module that metriclab never calls, by the patterns of `unused.toml`.
//!
//! burn chooses an operation by the type of a tensor's numbers at run time, so the linker keeps it for thirteen types. cubecl
//! keeps a parser of its own language. A function that matches a pattern loses its body, and everything that only it called
//! goes with it. A call would trap like a panic. The development modules are treated alike, so the browser tests would
//! notice.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use walrus::{ElementItems, FunctionBuilder, FunctionId, FunctionKind, Module};

const PATTERNS: &str = include_str!("../unused.toml");

/// Reads `unused.toml`, which explains its fields.
pub fn patterns(text: &str) -> Result<Vec<Pattern>> {
    let file: toml::Table = text.parse().context("unused.toml is no TOML")?;
    let entries =
        file.get("unused").and_then(toml::Value::as_array).context("unused.toml has no [[unused]]")?;
    entries.iter().map(Pattern::read).collect()
}

/// Functions of one kind that nothing calls.
pub struct Pattern {
    paths: Vec<String>,
    words: Vec<String>,
    types: Vec<String>,
    /// The smallest expected number of functions, by the module's feature.
    at_least: HashMap<String, usize>,
}

impl Pattern {
    fn read(entry: &toml::Value) -> Result<Self> {
        let entry = entry.as_table().context("an entry of unused.toml is no table")?;
        let known = ["paths", "words", "types", "at_least", "reason"];
        if let Some(key) = entry.keys().find(|key| !known.contains(&key.as_str())) {
            bail!("unused.toml: no such key: {key}");
        }
        let texts = |key: &str| -> Vec<String> {
            let list = entry.get(key).and_then(toml::Value::as_array);
            list.into_iter().flatten().filter_map(|text| Some(text.as_str()?.to_string())).collect()
        };
        let counts = entry.get("at_least").and_then(toml::Value::as_table).into_iter().flatten();
        let at_least =
            counts.filter_map(|(feature, count)| Some((feature.clone(), count.as_integer()? as usize)));
        let pattern = Self {
            paths: texts("paths"),
            words: texts("words"),
            types: texts("types"),
            at_least: at_least.collect(),
        };
        let reason = entry.get("reason").and_then(toml::Value::as_str).unwrap_or_default();
        if pattern.paths.is_empty() || pattern.at_least.is_empty() || reason.is_empty() {
            bail!("unused.toml: an entry needs paths, at_least and a reason: {entry:?}");
        }
        Ok(pattern)
    }

    /// Fails where the pattern finds fewer functions than expected. One is always expected.
    fn check(&self, feature: &str, found: usize) -> Result<()> {
        let Some(&expected) = self.at_least.get(feature) else { return Ok(()) };
        if found < expected.max(1) {
            let paths = self.paths.join(", ");
            bail!(
                "unused.toml: {paths} match {found} functions of the {feature} module, and {expected} are expected"
            );
        }
        Ok(())
    }

    fn matches(&self, name: &str) -> bool {
        let at_path = |of: &String| path(name).starts_with(of) || name.contains(&format!(" as {of}"));
        self.paths.iter().any(at_path)
            && (self.words.is_empty() || self.words.iter().any(|word| has_word(name, word)))
            && (self.types.is_empty() || serves_only(name, &self.types))
    }
}

/// The path of the function itself, without the bracket before it.
fn path(name: &str) -> &str {
    name.trim_start_matches(['<', '&', '[', '('])
}

/// Whether a function is generic in one of these types and not in f32. The first type argument decides where there are several.
fn serves_only(name: &str, types: &[String]) -> bool {
    let first =
        name.split_once("::<").map_or("", |(_, given)| given.split([',', '>']).next().unwrap_or(given));
    types.iter().any(|of| has_word(first, of) || has_word(name, of) && !name.contains("f32"))
}

/// Whether `name` contains the word: `f64` is in `zip_map::<f64, …>` and `conv3d_f64`, and not in `f64x2`.
fn has_word(name: &str, word: &str) -> bool {
    name.match_indices(word).any(|(at, _)| {
        let before = name[..at].chars().next_back();
        let after = name[at + word.len()..].chars().next();
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !joins(before) && (word.ends_with(':') || !joins(after) && after != Some('_'))
    })
}

/// Empties the functions that match a pattern, and removes what only they called. Gives how many functions each pattern found.
pub fn remove(module: &mut Module, patterns: &[Pattern]) -> Result<Vec<usize>> {
    let mut found = vec![0; patterns.len()];
    let mut unused = Vec::new();
    for (id, _) in module.funcs.iter_local() {
        let Some(name) = module.funcs.get(id).name.as_deref() else { continue };
        let name = format!("{:#}", rustc_demangle::demangle(name));
        if let Some(at) = patterns.iter().position(|pattern| pattern.matches(&name)) {
            found[at] += 1;
            unused.push(id);
        }
    }
    for &id in &unused {
        empty(module, id)?;
    }
    share(module, &unused);
    walrus::passes::gc::run(module);
    Ok(found)
}

/// Tables then name one emptied function for all of the same type.
fn share(module: &mut Module, unused: &[FunctionId]) {
    let mut of_type = HashMap::new();
    let one: HashMap<FunctionId, FunctionId> =
        unused.iter().map(|&id| (id, *of_type.entry(module.funcs.get(id).ty()).or_insert(id))).collect();
    for segment in module.elements.iter_mut() {
        if let ElementItems::Functions(functions) = &mut segment.items {
            functions.iter_mut().for_each(|id| *id = one.get(id).copied().unwrap_or(*id));
        }
    }
}

fn empty(module: &mut Module, id: FunctionId) -> Result<()> {
    let FunctionKind::Local(local) = &module.funcs.get(id).kind else {
        return Err(anyhow!("an import has no body"));
    };
    let of = module.types.get(local.ty());
    let (parameters, results) = (of.params().to_vec(), of.results().to_vec());
    let arguments = parameters.iter().map(|&of| module.locals.add(of)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    builder.func_body().unreachable();
    let body = builder.local_func(arguments);
    module.funcs.get_mut(id).kind = FunctionKind::Local(body);
    Ok(())
}

/// The bytes of a compiled module without the functions that nothing calls.
pub fn without(compiled: &Path, feature: &str) -> Result<Vec<u8>> {
    let mut module = walrus::ModuleConfig::new()
        .strict_validate(false)
        .parse_file(compiled)
        .map_err(|error| anyhow!("{error:#}"))
        .with_context(|| format!("{} is no wasm module", compiled.display()))?;
    let patterns = patterns(PATTERNS)?;
    let found = remove(&mut module, &patterns)?;
    for (pattern, found) in patterns.iter().zip(&found) {
        pattern.check(feature, *found)?;
    }
    let counts = found.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    eprintln!("    functions that nothing calls are removed, by pattern: {counts}");
    Ok(module.emit_wasm())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(name: &str) -> bool {
        patterns(PATTERNS).expect("the patterns are sound").iter().any(|pattern| pattern.matches(name))
    }

    #[test]
    fn functions_that_nothing_calls_match_and_others_do_not() {
        for unused in [
            "burn_flex::ops::mask::mask_fill::<f64>",
            "burn_flex::ops::conv::conv3d_f16",
            "burn_flex::ops::gather_scatter::select::<half::bfloat::bf16>",
            "<burn_std::data::tensor::base::TensorData>::try_cast_clone_from::<u16>",
            "<cubecl_ir::dialect::math::AddOp as pliron::parsable::Parsable>::parse",
            "burn_flex::ops::unary::unary_op_typed::<half::bfloat::bf16, burn_flex::ops::unary::unary_op<burn_flex::ops::activation::sigmoid_f32>::{closure#1}>",
        ] {
            assert!(matched(unused), "nothing calls {unused}");
        }
        for used in [
            "burn_flex::ops::mask::mask_fill::<f32>",
            "burn_flex::ops::reduce::sum_dim",
            "<burn_autodiff::backend::Autodiff<burn_flex::backend::Flex> as burn_backend::backend::ops::tensor::FloatTensorOps>::float_mul",
            "burn_flex::zip::zip_map::<i64, i64, u8>",
            "metriclab::distances::definition::between::<f64>",
            "burn_flex::ops::slice::slice_write_impl::<u32>",
            "burn_flex::ops::unary::unary_op::<burn_flex::ops::activation::sigmoid_f32, burn_flex::ops::activation::sigmoid_f64>",
            "<burn_std::tensor::container::TensorContainer<u64>>::remove::<burn_flex::backend::Flex>",
        ] {
            assert!(!matched(used), "{used} is called");
        }
    }

    #[test]
    fn an_entry_needs_paths_a_count_and_a_reason() {
        let read =
            |text: &str| patterns(text).map(|patterns| patterns.len()).map_err(|error| error.to_string());
        let sound = "[[unused]]\npaths = ['a::']\nat_least = { cpu = 1 }\nreason = 'never'";
        assert_eq!(read(sound), Ok(1));
        for missing in ["paths = ['a::']\n", "at_least = { cpu = 1 }\n", "\nreason = 'never'"] {
            read(&sound.replace(missing, "\n")).expect_err(missing);
        }
        let error = read(&sound.replace("paths", "path")).expect_err("there is no such key");
        assert!(error.contains("path"), "{error}");
    }

    #[test]
    fn a_pattern_that_finds_too_little_fails_the_build_of_its_module() {
        let pattern = |least: usize| {
            let text =
                format!("[[unused]]\npaths = ['a::']\nat_least = {{ cpu = {least} }}\nreason = 'never'");
            patterns(&text).expect("it is sound").remove(0)
        };
        pattern(7).check("cpu", 7).expect("seven are enough");
        pattern(7).check("gpu", 0).expect("the GPU module is not named");
        let error = pattern(7).check("cpu", 6).expect_err("seven are expected");
        assert!(error.to_string().contains("a::"), "{error}");
        pattern(0).check("cpu", 0).expect_err("a pattern that matches nothing is wrong");
    }

    #[test]
    fn what_only_a_removed_function_calls_goes_with_it() {
        let mut module = Module::default();
        let mut add = |name: &str, calls: Option<FunctionId>| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
            if let Some(callee) = calls {
                builder.func_body().call(callee);
            }
            let id = builder.finish(vec![], &mut module.funcs);
            module.funcs.get_mut(id).name = Some(name.into());
            id
        };
        let callee = add("callee", None);
        let unused = add("burn_flex::ops::unary::exp::<f64>", Some(callee));
        let root = add("root", Some(unused));
        module.exports.add("root", root);
        let patterns = patterns(PATTERNS).expect("they are sound");
        let found = remove(&mut module, &patterns).expect("the module is sound");
        assert_eq!(found.iter().sum::<usize>(), 1, "one function is for f64");
        let left: Vec<_> = module.funcs.iter().filter_map(|function| function.name.clone()).collect();
        assert!(!left.contains(&"callee".to_string()), "its callee went: {left:?}");
        assert!(left.contains(&"root".to_string()), "its caller stayed: {left:?}");
    }
}
