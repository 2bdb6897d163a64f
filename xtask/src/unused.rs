//! Leaves out of a wasm module what of burn metriclab never calls.
//!
//! burn's backends choose by the type of a tensor's numbers when they run, so that the linker keeps each operation for thirteen
//! types of number, as a function of its own or as an arm of a `match`; and cubecl, which compiles kernels in the browser,
//! carries what it needs to read its own language back from text, to write it down and to unpack quantised tensors. What is
//! never called here loses its body, and an arm that is never taken its code; with them goes all that only they called. A call
//! would end the engine with `unreachable`, as a panic does. Every test in a browser runs on modules that went through here.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use walrus::ir::{
    Block, BrTable, Instr, InstrLocId, InstrSeqId, InstrSeqType, LocalGet, LocalSet, Unreachable,
};
use walrus::{
    ElementItems, FunctionBuilder, FunctionId, FunctionKind, LocalFunction, LocalId, Module, ValType,
};

/// Crates whose functions are looked at: burn's CPU backend, and the container that tensors are read into.
const CRATES: [&str; 2] = ["burn_flex::", "burn_std::data::tensor::"];
/// Types of number that no tensor of metriclab's has, as they stand in the names of functions.
const TYPES: [&str; 9] = ["f64", "half::", "f16", "bf16", "i8", "i16", "u16", "u64", "flex32"];
/// The same types as burn's `DType` numbers them (burn-std, tensor/dtype.rs): F64, Flex32 where it is not as F32, F16, BF16, I16,
/// I8, U64, U16.
const ARMS: [usize; 7] = [0, 3, 4, 7, 8, 9, 11];
/// A jump by the type of number has so many arms: all types, or all but booleans and quantised numbers.
const ALL_ARMS: std::ops::RangeInclusive<usize> = 13..=15;
/// Paths of functions, and of the traits they are of, that nothing here calls: the parser of cubecl's language and what it is
/// made with, and what would write it down; quantised tensors; training on several devices.
const NEVER: [&str; 10] = [
    "combine::",
    "pliron::parsable::",
    "pliron::irfmt::parsers::",
    "pliron::printable::Printable",
    "cubecl_std::quant::",
    "burn_backend::backend::ops::qtensor::",
    "burn_backend::quantization::",
    "burn_cubecl::ops::qtensor::",
    "burn_backend::backend::distributed::client::",
    "std::sync::mpmc::",
];
/// What a tensor could do at chosen places; here it adds.
const UPDATES: [&str; 6] =
    ["scatter_max", "scatter_min", "scatter_mul", "select_max", "select_min", "select_mul"];
/// What reckons with constants of kernels, and the formats of numbers that none of them has.
const CONSTANTS: &str = "rustc_apfloat::";
const FORMATS: [&str; 5] = ["HalfS", "BFloatS", "Float8E4M3FNS", "Float8E5M2S", "Float4E2M1S"];
/// A way of keeping what the gradient needs that no device of metriclab's is opened with.
const CHECKPOINTING: &str = "BalancedCheckpointing";

/// Takes the bodies of the functions that nothing calls, and the arms that nothing takes; says how many of each.
pub fn leave_out(module: &mut Module) -> Result<(usize, usize)> {
    let named: Vec<(FunctionId, String)> = module
        .funcs
        .iter_local()
        .filter_map(|(id, _)| Some((id, demangled(module.funcs.get(id).name.as_deref()?))))
        .collect();
    let (mut unused, mut arms) = (Vec::new(), 0);
    for (id, name) in named {
        if is_unused(&name) {
            empty(module, id)?;
            unused.push(id);
        } else if is_by_type(&name) {
            let index = module.locals.add(ValType::I32);
            arms += leave_out_arms(module.funcs.get_mut(id).kind.unwrap_local_mut(), index);
        }
    }
    share(module, &unused);
    walrus::passes::gc::run(module);
    Ok((unused.len(), arms))
}

/// In tables, one function stands for all that lost their bodies and are of one type.
fn share(module: &mut Module, unused: &[FunctionId]) {
    let mut of_type = HashMap::new();
    let stands: HashMap<FunctionId, FunctionId> =
        unused.iter().map(|&id| (id, *of_type.entry(module.funcs.get(id).ty()).or_insert(id))).collect();
    for segment in module.elements.iter_mut() {
        if let ElementItems::Functions(functions) = &mut segment.items {
            functions.iter_mut().for_each(|id| *id = stands.get(id).copied().unwrap_or(*id));
        }
    }
}

fn demangled(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

/// Where the function itself is, not what it is given: a container of tensors by u64 is one of ours.
fn path(name: &str) -> &str {
    name.trim_start_matches(['<', '&', '[', '('])
}

fn is_by_type(name: &str) -> bool {
    CRATES.iter().any(|of| path(name).starts_with(of))
}

fn is_unused(name: &str) -> bool {
    // A function that is given one for f32 and one for f64 serves both, unless it says first which one it is for.
    let first =
        name.split_once("::<").map_or("", |(_, given)| given.split([',', '>']).next().unwrap_or(given));
    let update = is_by_type(name) && UPDATES.iter().any(|of| names_type(name, of));
    let number = is_by_type(name)
        && TYPES.iter().any(|of| names_type(first, of) || names_type(name, of) && !name.contains("f32"));
    let kept = path(name).starts_with("burn_autodiff::") && name.contains(CHECKPOINTING);
    let constant = path(name).starts_with(CONSTANTS) && FORMATS.iter().any(|of| name.contains(of));
    number
        || update
        || kept
        || constant
        || NEVER.iter().any(|of| path(name).starts_with(of) || name.contains(&format!(" as {of}")))
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

/// Ends the arms for types of number that no tensor has, in every jump by the type of number, and takes what only they did;
/// says how many. `index` is a local that the function does not use.
fn leave_out_arms(function: &mut LocalFunction, index: LocalId) -> usize {
    let mut arms = 0;
    for id in sequences(function) {
        let Some((Instr::BrTable(jump), at)) = function.block(id).instrs.last().cloned() else { continue };
        let (blocks, default) = (jump.blocks, jump.default);
        // Flex32 is as F32 or not served: no other jump of as many arms is like that.
        if !ALL_ARMS.contains(&blocks.len()) || blocks[2] != default && blocks[2] != blocks[1] {
            continue;
        }
        let trap = function.builder_mut().dangling_instr_seq(InstrSeqType::Simple(None)).id();
        let serves = |block: &InstrSeqId| *block == default || blocks[1] == *block;
        let kept = |(arm, &to): (usize, &InstrSeqId)| {
            let goes = ARMS.contains(&arm) && !serves(&to);
            arms += usize::from(goes);
            if goes { trap } else { to }
        };
        let jump = BrTable { blocks: blocks.iter().enumerate().map(kept).collect(), default };
        function.block_mut(trap).instrs = vec![(LocalGet { local: index }.into(), at), (jump.into(), at)];
        let around = &mut function.block_mut(id).instrs;
        around.pop();
        around.push((LocalSet { local: index }.into(), at));
        around.push((Block { seq: trap }.into(), at));
        around.push((Unreachable {}.into(), InstrLocId::default()));
    }
    if arms > 0 {
        live(function, function.entry_block());
    }
    arms
}

/// The sequences of instructions within a function.
fn sequences(function: &LocalFunction) -> Vec<InstrSeqId> {
    let mut found = vec![function.entry_block()];
    let mut next = 0;
    while let Some(&id) = found.get(next) {
        found.extend(function.block(id).instrs.iter().flat_map(|(instr, _)| inner(instr)));
        next += 1;
    }
    found
}

fn inner(instr: &Instr) -> Vec<InstrSeqId> {
    match instr {
        Instr::Block(block) => vec![block.seq],
        Instr::Loop(repeated) => vec![repeated.seq],
        Instr::IfElse(choice) => vec![choice.consequent, choice.alternative],
        _ => vec![],
    }
}

/// What leaves a sequence of instructions: where its jumps go, and whether its end is reached.
struct Leaves {
    to: HashSet<InstrSeqId>,
    falls_through: bool,
}

/// Cuts what no path reaches from a sequence and all within it.
fn live(function: &mut LocalFunction, id: InstrSeqId) -> Leaves {
    let mut leaves = Leaves { to: HashSet::new(), falls_through: true };
    let instrs = function.block(id).instrs.clone();
    for (at, (instr, _)) in instrs.iter().enumerate() {
        leaves.falls_through = match instr {
            Instr::Br(jump) => {
                leaves.to.insert(jump.block);
                false
            }
            Instr::BrTable(jump) => {
                leaves.to.extend(jump.blocks.iter().chain([&jump.default]));
                false
            }
            Instr::BrIf(jump) => {
                leaves.to.insert(jump.block);
                true
            }
            Instr::Return(_) | Instr::Unreachable(_) => false,
            _ => {
                let mut ends = inner(instr).is_empty();
                for seq in inner(instr) {
                    let within = live(function, seq);
                    // A jump to a loop goes to its head.
                    ends |=
                        within.falls_through || within.to.contains(&seq) && !matches!(instr, Instr::Loop(_));
                    leaves.to.extend(within.to);
                }
                ends
            }
        };
        if !leaves.falls_through {
            function.block_mut(id).instrs.truncate(at + 1);
            // A block with a result needs an end that the validator sees.
            if !matches!(instr, Instr::Br(_) | Instr::BrTable(_) | Instr::Return(_) | Instr::Unreachable(_)) {
                function.block_mut(id).instrs.push((Unreachable {}.into(), InstrLocId::default()));
            }
            break;
        }
    }
    leaves
}

/// The bytes of a compiled module without what is never called.
pub fn without(path: &Path) -> Result<Vec<u8>> {
    let mut module = walrus::ModuleConfig::new()
        .strict_validate(false)
        .parse_file(path)
        .map_err(|error| anyhow!("{error:#}"))
        .with_context(|| format!("{} is no wasm module", path.display()))?;
    let (functions, arms) = leave_out(&mut module)?;
    eprintln!("    {functions} functions that nothing calls and {arms} arms that nothing takes, left out");
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
            "<burn_flex::backend::Flex as burn_backend::backend::ops::qtensor::QTensorOps<burn_flex::backend::Flex>>::quantize",
            "<burn_autodiff::backend::Autodiff<burn_flex::backend::Flex, burn_autodiff::checkpoint::strategy::BalancedCheckpointing> as burn_backend::backend::ops::tensor::FloatTensorOps>::float_mul",
            "<rustc_apfloat::ieee::IeeeFloat<rustc_apfloat::ieee::HalfS>>::from_decimal_string",
            "burn_flex::ops::unary::unary_op_typed::<half::bfloat::bf16, burn_flex::ops::unary::unary_op<burn_flex::ops::activation::sigmoid_f32>::{closure#1}>",
            "burn_flex::ops::gather_scatter::scatter_update::<f32, burn_flex::ops::gather_scatter::scatter_max<f32>::{closure#0}>",
            "<burn_backend::backend::distributed::client::DistributedSyncClient<burn_flex::backend::Flex>>::submit_gradient_sync",
            "<std::sync::mpmc::zero::Channel<u8>>::send",
        ] {
            assert!(is_unused(unused), "nothing calls {unused}");
        }
        for used in [
            "burn_flex::ops::mask::mask_fill::<f32>",
            "burn_flex::ops::reduce::sum_dim",
            "<burn_autodiff::backend::Autodiff<burn_flex::backend::Flex> as burn_backend::backend::ops::tensor::FloatTensorOps>::float_mul",
            "<rustc_apfloat::ieee::IeeeFloat<rustc_apfloat::ieee::SingleS>>::from_decimal_string",
            "burn_flex::zip::zip_map::<i64, i64, u8>",
            "metriclab::distances::definition::between::<f64>",
            "burn_flex::ops::slice::slice_write_impl::<u32>",
            "burn_flex::ops::unary::unary_op::<burn_flex::ops::activation::sigmoid_f32, burn_flex::ops::activation::sigmoid_f64>",
            "<burn_std::tensor::container::TensorContainer<u64>>::remove::<burn_flex::backend::Flex>",
            "burn_flex::ops::gather_scatter::scatter_update::<f32, burn_flex::ops::gather_scatter::scatter_add<f32>::{closure#0}>",
            "<burn_autodiff::backend::Autodiff<burn_flex::backend::Flex> as burn_backend::backend::distributed::ops::DistributedOps>::submit_sync_collective",
        ] {
            assert!(!is_unused(used), "{used} is called");
        }
    }

    /// A function of one jump with thirteen arms, each calling a function of its own; the default is the arm of Flex32 or none's.
    fn with_arms(module: &mut Module, as_a_type: bool) -> FunctionId {
        let callees: Vec<FunctionId> = (0..13)
            .map(|arm| {
                let id = FunctionBuilder::new(&mut module.types, &[], &[]).finish(vec![], &mut module.funcs);
                module.funcs.get_mut(id).name = Some(format!("arm {arm}"));
                id
            })
            .collect();
        let index = module.locals.add(ValType::I32);
        let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[]);
        let out = builder.func_body_id();
        let blocks: Vec<InstrSeqId> =
            (0..13).map(|_| builder.dangling_instr_seq(InstrSeqType::Simple(None)).id()).collect();
        // Block 0 is the innermost: behind the end of each stands its arm.
        let default = if as_a_type { blocks[2] } else { blocks[12] };
        builder.instr_seq(blocks[0]).local_get(index).br_table(blocks.clone().into(), default);
        for arm in 0..12 {
            let inner = Block { seq: blocks[arm] };
            builder.instr_seq(blocks[arm + 1]).instr(inner).call(callees[arm]).br(out);
        }
        builder.func_body().instr(Block { seq: blocks[12] }).call(callees[12]);
        let id = builder.finish(vec![index], &mut module.funcs);
        module.funcs.get_mut(id).name = Some("burn_flex::ops::reduce::sum_dim".into());
        module.exports.add("sum", id);
        id
    }

    #[test]
    fn arms_of_types_that_no_tensor_has_go_with_what_they_call() {
        let mut module = Module::default();
        with_arms(&mut module, true);
        assert_eq!(leave_out(&mut module).expect("the module is sound"), (0, 7));
        let bytes = module.emit_wasm();
        let module = Module::from_buffer(&bytes).expect("it is still a module");
        let left: Vec<_> = module.funcs.iter().filter_map(|function| function.name.clone()).collect();
        for arm in 0..13 {
            assert_eq!(!ARMS.contains(&arm), left.contains(&format!("arm {arm}")), "arm {arm} of {left:?}");
        }
    }

    #[test]
    fn a_jump_by_anything_else_stays() {
        let mut module = Module::default();
        with_arms(&mut module, false);
        assert_eq!(leave_out(&mut module).expect("the module is sound"), (0, 0));
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
        assert_eq!(leave_out(&mut module).expect("the module is sound"), (1, 0), "one function is for f64");
        let left: Vec<_> = module.funcs.iter().filter_map(|function| function.name.clone()).collect();
        assert!(!left.contains(&"helper".to_string()), "its callee went: {left:?}");
        assert!(left.contains(&"root".to_string()), "its caller stayed: {left:?}");
    }
}
