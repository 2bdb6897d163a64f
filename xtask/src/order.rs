//! Puts similar functions next to each other.
//!
//! A compressor refers to earlier bytes by their distance, and a small distance takes fewer bits. wasm-bindgen sorts functions by
//! size; sorted by similarity they compress to a twentieth less.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::{Context, Result, anyhow};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// Two functions are similar if they share strings of this many bytes.
const STRING: usize = 6;
/// Strings that more functions contain do not count.
const COMMON: usize = 60;

/// The bytes of each function's body, in their order.
pub fn bodies(module: &[u8]) -> Result<Vec<&[u8]>> {
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CodeSectionEntry(body) = payload? {
            bodies.push(body.as_bytes());
        }
    }
    Ok(bodies)
}

/// The same module with its functions in another order. The names of functions are lost.
pub fn reorder(module: &[u8]) -> Result<Vec<u8>> {
    let order = alike(&bodies(module)?);
    let mut place = vec![0; order.len()];
    for (to, &from) in order.iter().enumerate() {
        place[from] = to as u32;
    }
    let mut reordered = Module::new();
    Reordered { order, place, imported: imported(module)? }
        .parse_core_module(&mut reordered, Parser::new(0), module)
        .map_err(|error| anyhow!("{error}"))
        .context("the functions cannot be put in order")?;
    Ok(reordered.finish())
}

/// The number of imported functions, which come first.
fn imported(module: &[u8]) -> Result<u32> {
    let mut count = 0;
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(imports) = payload? {
            for import in imports.into_imports() {
                count += u32::from(matches!(import?.ty, TypeRef::Func(_)));
            }
        }
    }
    Ok(count)
}

/// The order: from the first body on, always the body that shares most with the last.
fn alike(bodies: &[&[u8]]) -> Vec<usize> {
    let strings: Vec<HashSet<&[u8]>> = bodies.iter().map(|body| body.windows(STRING).collect()).collect();
    let mut having: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, strings) in strings.iter().enumerate() {
        strings.iter().for_each(|string| having.entry(string).or_default().push(at));
    }
    having.retain(|_, bodies| bodies.len() <= COMMON);

    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut shared = vec![0_u32; bodies.len()];
    let mut next = left.first().copied();
    while let Some(last) = next {
        left.remove(&last);
        order.push(last);
        let others = || strings[last].iter().filter_map(|string| having.get(string)).flatten().copied();
        others().for_each(|other| shared[other] += 1);
        // The earlier one of equals, so that the order is the same each time.
        let best = others()
            .filter(|other| left.contains(other))
            .max_by_key(|&other| (shared[other], bodies.len() - other));
        others().for_each(|other| shared[other] = 0);
        next = best.or_else(|| left.first().copied());
    }
    order
}

struct Reordered {
    /// The function at each new place.
    order: Vec<usize>,
    /// The new place of each function.
    place: Vec<u32>,
    imported: u32,
}

type Done = Result<(), reencode::Error>;

impl Reencode for Reordered {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error> {
        Ok(match function.checked_sub(self.imported) {
            Some(own) => self.imported + self.place[own as usize],
            None => function,
        })
    }

    fn parse_function_section(&mut self, to: &mut FunctionSection, from: FunctionSectionReader<'_>) -> Done {
        let types = from.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for at in 0..types.len() {
            to.function(self.type_index(types[self.order[at]])?);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, to: &mut CodeSection, from: CodeSectionReader<'_>) -> Done {
        let bodies = from.into_iter().collect::<Result<Vec<_>, _>>()?;
        for at in 0..bodies.len() {
            self.parse_function_body(to, bodies[self.order[at]].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use walrus::ir::BinaryOp;
    use walrus::{FunctionBuilder, FunctionId, Module, ValType};

    use super::*;

    /// A function that calls `first` and adds `values`.
    fn add(module: &mut Module, name: &str, first: FunctionId, values: &[i32]) -> FunctionId {
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
        let mut body = builder.func_body();
        body.call(first);
        for &value in values {
            body.i32_const(value).binop(BinaryOp::I32Add);
        }
        let id = builder.finish(vec![], &mut module.funcs);
        module.exports.add(name, id);
        id
    }

    #[test]
    fn similar_functions_come_together_and_calls_reach_the_same_functions() {
        let mut module = Module::default();
        let ty = module.types.add(&[], &[ValType::I32]);
        let (imported, _) = module.add_import_func("page", "now", ty);
        let (small, large): (Vec<i32>, Vec<i32>) = ((1..20).collect(), (100..120).collect());
        // walrus writes longer functions first, so similar ones do not start next to each other.
        let a = add(&mut module, "a", imported, &small);
        add(&mut module, "b", a, &[&large[..], &[7; 8]].concat());
        add(&mut module, "c", a, &[&small[..], &[9; 40]].concat());
        add(&mut module, "d", imported, &[&large[..], &[8; 60]].concat());
        let before = module.emit_wasm();
        let after = reorder(&before).expect("the module is sound");

        let lengths = |bytes: &[u8]| {
            bodies(bytes).expect("it has bodies").iter().map(|body| body.len()).collect::<Vec<_>>()
        };
        let [d, c, b, a] = lengths(&before)[..] else { panic!("four functions") };
        assert!(d > c && c > b && b > a);
        assert_eq!(lengths(&after), [d, b, c, a], "by likeness");
        assert_eq!(reorder(&after).expect("it is sound"), after);

        let module = Module::from_buffer(&after).expect("it is still a module");
        let function = |name: &str| module.exports.get_func(name).expect("it is still exported");
        let called = |name: &str| {
            let local = module.funcs.get(function(name)).kind.unwrap_local();
            match &local.block(local.entry_block()).instrs[0].0 {
                walrus::ir::Instr::Call(call) => call.func,
                other => panic!("{other:?} is no call"),
            }
        };
        assert_eq!((called("b"), called("c")), (function("a"), function("a")));
        assert_eq!(called("a"), called("d"));
        assert!(matches!(module.funcs.get(called("a")).kind, walrus::FunctionKind::Import(_)));
    }
}
