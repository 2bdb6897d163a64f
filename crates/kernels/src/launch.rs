//! From WGSL text to a launch.

use cubecl::client::Client;
use cubecl::ir::{ElemType, UIntKind, metadata::Info, settings::Dim3};
use cubecl::prelude::*;
use cubecl::server::{BufferBinding, KernelArguments};
use cubecl::{CubeKernel, PrecompiledSource};

/// A matrix with its strides.
#[derive(Clone, Debug)]
pub struct Strided {
    /// Where it lies.
    pub buffer: BufferBinding,
    /// Strides of row and column, in numbers.
    pub strides: [usize; 2],
}

/// A kernel: its text is written once for each set of constants, and compiled once.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Unique among kernels.
    pub name: &'static str,
    /// What the text depends on.
    pub constants: Vec<u32>,
    /// Writes the text. The entry point is `main`; buffers lie in group 0, inputs first.
    pub write: fn(&[u32]) -> String,
}

impl KernelMetadata for Kernel {
    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info((self.name, self.constants.clone()))
    }

    fn address_type(&self) -> ElemType {
        ElemType::UInt(UIntKind::U32)
    }
}

impl CubeKernel for Kernel {
    fn define(&self) -> KernelDefinition {
        // The text is the kernel; this only stands where a compiled kernel would have its body.
        let settings = KernelSettings::new(Dim3::new_single(), ExecutionMode::Checked, AddressType::U32);
        KernelDefinition { body: Scope::root(settings.clone()), settings, info: Info::default() }
    }

    fn source(&self) -> Option<PrecompiledSource> {
        Some(PrecompiledSource {
            source: (self.write)(&self.constants),
            entrypoint_name: "main".to_string(),
            lang: "wgsl",
        })
    }
}

/// Launches `groups` workgroups. Buffers are bound in this order.
pub fn launch(
    client: &Client,
    kernel: Kernel,
    groups: [u32; 3],
    inputs: impl IntoIterator<Item = BufferBinding>,
    outputs: impl IntoIterator<Item = BufferBinding>,
) {
    let bound = inputs.into_iter().chain(outputs).fold(KernelArguments::new(), KernelArguments::with_buffer);
    client.launch(Box::new(kernel), CubeCount::Static(groups[0], groups[1], groups[2]), bound);
}

/// No dimension of a dispatch may pass 65,535.
pub(crate) fn spread(groups: u32) -> [u32; 3] {
    let rows = groups.div_ceil(32_768);
    [groups.div_ceil(rows.max(1)), rows.max(1), 1]
}

/// The arguments of an entry point whose workgroups were [`spread`]: `group`, `groups`, and `local`, the thread in its group.
pub(crate) const ARGUMENTS: &str = "@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32";

/// Declares `names` as constants with these values.
pub(crate) fn declared(names: &[&str], values: &[u32]) -> String {
    names.iter().zip(values).map(|(name, value)| format!("const {name} = {value}u;\n")).collect()
}

/// Declares buffers: `inputs` are read, `outputs` written, each `(name, type of an element)`.
pub(crate) fn buffers(inputs: &[(&str, &str)], outputs: &[(&str, &str)]) -> String {
    // In a browser each tensor has a buffer to itself. Natively several share one, which must then not be bound as
    // read-only here and as writable there.
    let read = if cfg!(target_family = "wasm") { "read" } else { "read_write" };
    let inputs = inputs.iter().map(|buffer| (buffer, read));
    let outputs = outputs.iter().map(|buffer| (buffer, "read_write"));
    let lines = inputs.chain(outputs).enumerate();
    lines
        .map(|(at, ((name, of), access))| {
            format!("@group(0) @binding({at}) var<storage, {access}> {name}: array<{of}>;\n")
        })
        .collect()
}

/// `text` once for each number below `count`, with `$` as the number; nested counts use `%`.
pub(crate) fn each(count: u32, text: &str) -> String {
    (0..count).map(|i| text.replace('$', &i.to_string())).collect()
}

/// `text` for each pair of numbers, `$` below `rows` and `%` below `columns`.
pub(crate) fn each_pair(rows: u32, columns: u32, text: &str) -> String {
    (0..columns).map(|j| each(rows, &text.replace('%', &j.to_string()))).collect()
}
