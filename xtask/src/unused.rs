//! Leaves out of a wasm module what of burn metriclab never calls.
//!
//! burn's backends choose by the type of a tensor's numbers when they run, so that the linker keeps each operation for
//! thirteen types of number; and cubecl, which compiles kernels in the browser, carries what it needs to read its own
//! language back from text and to unpack quantised tensors. What is never called here loses its body and, with it, all that
//! only it called: a call would end the engine with `unreachable`, as a panic does. Every test in a browser runs on modules
//! that went through here.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};

/// Crates whose functions are looked at: burn's CPU backend, and the container that tensors are read into.
const CRATES: [&str; 2] = ["burn_flex::", "burn_std::data::tensor::"];
/// Types of number that no tensor of metriclab's has, as they stand in the names of functions.
const TYPES: [&str; 9] = ["f64", "half::", "f16", "bf16", "i8", "i16", "u16", "u64", "flex32"];
/// Paths of functions, and of the traits they are of, that nothing here calls: the parser of cubecl's language and what it is
/// made with; quantised tensors.
const NEVER: [&str; 4] =
    ["combine::", "pliron::parsable::", "pliron::irfmt::parsers::", "cubecl_std::quant::"];

/// Takes the bodies of the functions that nothing calls; says how many.
pub fn leave_out(module: &mut Module) -> Result<usize> {
    let unused: Vec<FunctionId> = module
        .funcs
        .iter_local()
        .filter(|(id, _)| module.funcs.get(*id).name.as_deref().is_some_and(is_unused))
        .map(|(id, _)| id)
        .collect();
    for &id in &unused {
        empty(module, id)?;
    }
    walrus::passes::gc::run(module);
    Ok(unused.len())
}

fn is_unused(mangled: &str) -> bool {
    let name = format!("{:#}", rustc_demangle::demangle(mangled));
    // Where the function itself is, not what it is given: a container of tensors by u64 is one of ours.
    let own = name.trim_start_matches(['<', '&', '[', '(']);
    // A function that is given one for f32 and one for f64 serves both.
    let number = CRATES.iter().any(|path| own.starts_with(path))
        && TYPES.iter().any(|of| names_type(&name, of))
        && !name.contains("f32");
    number || NEVER.iter().any(|path| own.starts_with(path) || name.contains(&format!(" as {path}")))
}

/// Whether `name` mentions the type as a word: `zip_map::<f64, …>`, `conv3d_f64`, not `u8x16`.
fn names_type(name: &str, of: &str) -> bool {
    name.match_indices(of).any(|(at, _)| {
        let before = name[..at].chars().next_back();
        let after = name[at + of.len()..].chars().next();
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !joins(before) && (of.ends_with(':') || !joins(after) && after != Some('_'))
    })
}

fn empty(module: &mut Module, id: FunctionId) -> Result<()> {
    let function = module.funcs.get(id);
    let FunctionKind::Local(local) = &function.kind else { return Err(anyhow!("an import has no body")) };
    let of = module.types.get(local.ty());
    let (parameters, results) = (of.params().to_vec(), of.results().to_vec());
    let arguments = parameters.iter().map(|&of| module.locals.add(of)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    builder.func_body().unreachable();
    let body = builder.local_func(arguments);
    module.funcs.get_mut(id).kind = FunctionKind::Local(body);
    Ok(())
}

/// The bytes of a compiled module without what is never called.
pub fn without(path: &Path) -> Result<Vec<u8>> {
    let mut module = walrus::ModuleConfig::new()
        .strict_validate(false)
        .parse_file(path)
        .map_err(|error| anyhow!("{error:#}"))
        .with_context(|| format!("{} is no wasm module", path.display()))?;
    let count = leave_out(&mut module)?;
    eprintln!("    {count} functions that nothing calls, left out");
    Ok(module.emit_wasm())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_called_goes_and_the_rest_stays() {
        for unused in [
            "burn_flex::ops::mask::mask_fill::<f64>",
            "burn_flex::ops::conv::conv3d_f16",
            "burn_flex::ops::gather_scatter::select::<half::bfloat::bf16>",
            "<burn_std::data::tensor::base::TensorData>::try_cast_clone_from::<u16>",
            "<cubecl_ir::dialect::math::AddOp as pliron::parsable::Parsable>::parse",
        ] {
            assert!(is_unused(unused), "nothing calls {unused}");
        }
        for used in [
            "burn_flex::ops::mask::mask_fill::<f32>",
            "burn_flex::ops::reduce::sum_dim",
            "burn_flex::zip::zip_map::<i64, i64, u8>",
            "metriclab::distances::definition::between::<f64>",
            "burn_flex::ops::slice::slice_write_impl::<u32>",
            "burn_flex::ops::unary::unary_op::<burn_flex::ops::activation::sigmoid_f32, burn_flex::ops::activation::sigmoid_f64>",
            "<burn_std::tensor::container::TensorContainer<u64>>::remove::<burn_flex::backend::Flex>",
        ] {
            assert!(!is_unused(used), "{used} is called");
        }
    }

    #[test]
    fn what_only_an_emptied_function_calls_goes_with_it() {
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
        let helper = add("helper", None);
        let unused = add("burn_flex::ops::unary::exp::<f64>", Some(helper));
        let root = add("root", Some(unused));
        module.exports.add("root", root);
        assert_eq!(leave_out(&mut module).expect("the module is sound"), 1, "one function is for f64");
        let left: Vec<_> = module.funcs.iter().filter_map(|function| function.name.clone()).collect();
        assert!(!left.contains(&"helper".to_string()), "its callee went: {left:?}");
        assert!(left.contains(&"root".to_string()), "its caller stayed: {left:?}");
    }
}
