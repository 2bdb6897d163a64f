//! The calls of the engine as TypeScript: their names, arguments, answers and documentation, from the methods that
//! `src/wasm` exports. A method with an `unchecked_return_type` is a call of the package; the others are its own business.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail, ensure};
use syn::{Attribute, Expr, ExprLit, FnArg, ImplItem, ImplItemFn, Item, Lit, Meta, Pat, Type};

use crate::run::root;

/// The files of the door that export methods of the engine.
const SOURCES: [&str; 3] = ["src/wasm/engine.rs", "src/wasm/gallery.rs", "src/wasm/towers.rs"];
/// Methods that the Worker calls by itself.
const OF_THE_WORKER: [&str; 2] = ["create", "adapter"];
/// Types of TypeScript itself.
const BUILT_IN: [&str; 6] = ["Float32Array", "Uint8Array", "ArrayBuffer", "Bytes", "number", "void"];

/// An exported method.
#[derive(Debug)]
struct Method {
    name: String,
    docs: Vec<String>,
    arguments: Vec<Argument>,
    /// The type of the answer, for a call of the package.
    answer: Option<String>,
}

#[derive(Debug)]
struct Argument {
    name: String,
    kind: Option<String>,
}

pub fn typescript() -> Result<String> {
    let mut methods = Vec::new();
    for source in SOURCES {
        let text = fs::read_to_string(root().join(source)).context(source)?;
        methods.extend(methods_of(&text).context(source)?);
    }
    let (calls, internal): (Vec<_>, Vec<_>) = methods.iter().partition(|method| method.answer.is_some());
    let interface: Vec<String> = calls.iter().map(|method| signature(method)).collect::<Result<_>>()?;
    let imports: Vec<String> = types(&calls).iter().map(|name| format!("  {name},\n")).collect();
    Ok(format!(
        "/* Written by `cargo xtask generate` from src/wasm. Do not edit. */\n\
         import type {{\n{}}} from '../types.js';\n\n\
         /** The calls of a lab that its engine answers, and how many arguments each takes. */\n\
         export const ENGINE_CALLS = {{\n{}}} as const;\n\n\
         /** Further methods of the engine, which the package calls by itself. */\n\
         export const INTERNAL_CALLS = {{\n{}}} as const;\n\n\
         /** The calls of a lab that its engine answers. */\n\
         export interface EngineCalls {{\n{}}}\n",
        imports.concat(),
        arities(&calls),
        arities(&internal),
        interface.join("\n"),
    ))
}

fn arities(methods: &[&Method]) -> String {
    let line = |method: &&Method| format!("  {}: {},\n", method.name, method.arguments.len());
    methods.iter().map(line).collect::<Vec<_>>().concat()
}

/// The methods that a source file exports.
fn methods_of(source: &str) -> Result<Vec<Method>> {
    let mut found = Vec::new();
    for item in syn::parse_file(source)?.items {
        let Item::Impl(block) = item else { continue };
        if !exported(&block.attrs) {
            continue;
        }
        for item in block.items {
            let ImplItem::Fn(function) = item else { continue };
            let method = method(&function).with_context(|| function.sig.ident.to_string())?;
            if !OF_THE_WORKER.contains(&method.name.as_str()) {
                found.push(method);
            }
        }
    }
    ensure!(!found.is_empty(), "no method of the engine was found");
    Ok(found)
}

fn exported(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("wasm_bindgen"))
}

fn method(function: &ImplItemFn) -> Result<Method> {
    let name = option(&function.attrs, "js_name")?.unwrap_or_else(|| function.sig.ident.to_string());
    let mut arguments = Vec::new();
    for argument in &function.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let Pat::Ident(own) = &*argument.pat else { bail!("an argument without a name") };
        let kind = match option(&argument.attrs, "unchecked_param_type")? {
            Some(kind) => Some(kind),
            None => plain(&argument.ty).map(str::to_owned),
        };
        arguments.push(Argument { name: own.ident.to_string(), kind });
    }
    let answer = option(&function.attrs, "unchecked_return_type")?;
    Ok(Method { name, docs: docs(&function.attrs), arguments, answer })
}

/// The TypeScript of an argument that is neither an object nor a name.
fn plain(kind: &Type) -> Option<&'static str> {
    match kind {
        Type::Reference(reference) => plain(&reference.elem),
        Type::Slice(_) => Some("Bytes"),
        Type::Path(path) => match path.path.segments.last()?.ident.to_string().as_str() {
            "Vec" => Some("Bytes"),
            "usize" | "u32" | "f64" => Some("number"),
            _ => None,
        },
        _ => None,
    }
}

/// `key = "value"` or `key = value` of a `#[wasm_bindgen(…)]`.
fn option(attributes: &[Attribute], key: &str) -> Result<Option<String>> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("wasm_bindgen")) {
        if matches!(attribute.meta, Meta::Path(_)) {
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            let value: Expr = meta.value()?.parse()?;
            if meta.path.is_ident(key) {
                found = match value {
                    Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
                    Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
                    _ => None,
                };
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// The lines of a documentation.
fn docs(attributes: &[Attribute]) -> Vec<String> {
    let line = |attribute: &Attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                let text = text.value();
                Some(text.strip_prefix(' ').unwrap_or(&text).to_owned())
            }
            _ => None,
        },
        _ => None,
    };
    attributes.iter().filter_map(line).collect()
}

/// A method of the interface, with its documentation.
fn signature(method: &Method) -> Result<String> {
    let Method { name, docs, arguments, answer } = method;
    let mut typed = Vec::new();
    for argument in arguments {
        let kind = argument.kind.as_ref();
        let kind = kind.with_context(|| format!("{name}: {} has no unchecked_param_type", argument.name))?;
        let own = if kind.ends_with("Request") { "request" } else { &argument.name };
        typed.push(format!("{own}: {kind}, "));
    }
    let answer = answer.as_deref().unwrap_or("void");
    ensure!(!docs.is_empty(), "{name} has no documentation");
    let lines: Vec<String> =
        docs.iter().map(|line| format!("   * {line}").trim_end().to_owned() + "\n").collect();
    let typed = typed.concat();
    Ok(format!("  /**\n{}   */\n  {name}({typed}call?: CallOptions): Promise<{answer}>;\n", lines.concat()))
}

/// The names that the signatures use, to be imported.
fn types(methods: &[&Method]) -> BTreeSet<String> {
    let arguments =
        methods.iter().flat_map(|method| &method.arguments).filter_map(|each| each.kind.as_deref());
    let answers = methods.iter().filter_map(|method| method.answer.as_deref());
    let words = arguments.chain(answers).flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let named = words.filter(|word| word.starts_with(char::is_uppercase));
    let own = named.filter(|word| *word == "Bytes" || !BUILT_IN.contains(word)).map(str::to_owned);
    own.chain(["CallOptions".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_read_with_its_types_and_its_documentation() {
        let methods = methods_of(
            r#"
            impl Engine { fn hidden(&self) {} }
            #[wasm_bindgen]
            impl Engine {
                pub async fn create() -> Engine {}
                /// Finds.
                ///
                /// By name.
                #[wasm_bindgen(js_name = nearOf, unchecked_return_type = "Near | null")]
                pub async fn near(&self, #[wasm_bindgen(unchecked_param_type = "NearRequest")] rows: JsValue) -> Answered {}
                pub fn inner(&self, count: usize) {}
            }"#,
        )
        .expect("it is Rust");
        assert_eq!(methods.len(), 2, "neither the hidden one nor the Worker's: {methods:?}");
        let text = signature(&methods[0]).expect("all is there");
        assert_eq!(
            text,
            "  /**\n   * Finds.\n   *\n   * By name.\n   */\n  nearOf(request: NearRequest, call?: CallOptions): Promise<Near | null>;\n"
        );
        assert_eq!(arities(&[&methods[1]]), "  inner: 1,\n");
        assert!(types(&[&methods[0]]).iter().eq(["CallOptions", "Near", "NearRequest"]));
    }

    #[test]
    fn an_argument_without_a_type_is_named() {
        let methods = methods_of(
            "#[wasm_bindgen] impl Engine { /// Asks.\n #[wasm_bindgen(unchecked_return_type = \"A\")] pub fn ask(&self, what: JsValue) {} }",
        );
        let error = signature(&methods.expect("it is Rust")[0]).expect_err("no type").to_string();
        assert_eq!(error, "ask: what has no unchecked_param_type");
    }
}
