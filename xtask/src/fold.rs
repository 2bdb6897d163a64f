//! Merges equal functions.
//!
//! Generic libraries leave thousands of functions that differ only in their names. LLVM could merge them, but a merged function
//! has the name of one of its parts, and `unused.rs` decides by names. So LLVM must not merge, and this step runs after names
//! have served.

use std::collections::HashMap;

use anyhow::{Result, anyhow};
use walrus::ir::{VisitorMut, dfs_pre_order_mut};
use walrus::{ElementItems, ExportItem, FunctionId, Module, ModuleConfig, TypeId};

use crate::order::bodies;

/// The module with one function for all equal ones, and how many were merged.
pub fn fold(mut bytes: Vec<u8>) -> Result<(Vec<u8>, usize)> {
    let mut folded = 0;
    // Functions that call merged functions may now be equal.
    loop {
        let mut module = ModuleConfig::new()
            .generate_producers_section(false)
            .parse(&bytes)
            .map_err(|error| anyhow!("{error:#}"))?;
        let same = equal(&module, &bytes)?;
        if same.is_empty() {
            return Ok((bytes, folded));
        }
        folded += same.len();
        redirect(&mut module, &same);
        walrus::passes::gc::run(&mut module);
        bytes = module.emit_wasm();
    }
}

/// Maps each function to an earlier one of the same type and body. A call names its callee by number, so functions with
/// equal bytes do the same.
fn equal(module: &Module, bytes: &[u8]) -> Result<HashMap<FunctionId, FunctionId>> {
    let bodies = bodies(bytes)?;
    let mut first: HashMap<(TypeId, &[u8]), FunctionId> = HashMap::new();
    let functions: Vec<FunctionId> = module.funcs.iter_local().map(|(id, _)| id).collect();
    if functions.len() != bodies.len() {
        return Err(anyhow!("{} functions and {} bodies", functions.len(), bodies.len()));
    }
    let mut same = HashMap::new();
    for (id, body) in functions.into_iter().zip(bodies) {
        let one = *first.entry((module.funcs.get(id).ty(), body)).or_insert(id);
        if one != id {
            same.insert(id, one);
        }
    }
    Ok(same)
}

struct Redirect<'a>(&'a HashMap<FunctionId, FunctionId>);

impl VisitorMut for Redirect<'_> {
    fn visit_function_id_mut(&mut self, function: &mut FunctionId) {
        *function = self.0.get(function).copied().unwrap_or(*function);
    }
}

fn redirect(module: &mut Module, same: &HashMap<FunctionId, FunctionId>) {
    let mut redirect = Redirect(same);
    for (_, function) in module.funcs.iter_local_mut() {
        let entry = function.entry_block();
        dfs_pre_order_mut(&mut redirect, function, entry);
    }
    for segment in module.elements.iter_mut() {
        if let ElementItems::Functions(functions) = &mut segment.items {
            functions.iter_mut().for_each(|id| redirect.visit_function_id_mut(id));
        }
    }
    for export in module.exports.iter_mut() {
        if let ExportItem::Function(id) = &mut export.item {
            redirect.visit_function_id_mut(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use walrus::{FunctionBuilder, ValType};

    use super::*;

    #[test]
    fn equal_functions_become_one_and_their_callers_too() {
        let mut module = Module::default();
        let mut add = |name: &str, value: i32, calls: Option<FunctionId>| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            match calls {
                Some(callee) => builder.func_body().call(callee),
                None => builder.func_body().i32_const(value),
            };
            let id = builder.finish(vec![], &mut module.funcs);
            module.exports.add(name, id);
            id
        };
        let (seven, also_seven, eight) = (add("seven", 7, None), add("also", 7, None), add("eight", 8, None));
        add("calls seven", 0, Some(seven));
        add("calls also", 0, Some(also_seven));
        add("calls eight", 0, Some(eight));
        let (bytes, folded) = fold(module.emit_wasm()).expect("the module is sound");
        assert_eq!(folded, 2, "one of the sevens, and one of their callers");
        let module = Module::from_buffer(&bytes).expect("it is still a module");
        assert_eq!(module.funcs.iter_local().count(), 4);
        let function = |name: &str| module.exports.get_func(name).expect("it is still exported");
        assert_eq!(function("seven"), function("also"));
        assert_eq!(function("calls seven"), function("calls also"));
        assert_ne!(function("seven"), function("eight"));
        assert_ne!(function("calls seven"), function("calls eight"));
    }
}
