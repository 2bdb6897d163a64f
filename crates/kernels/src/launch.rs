//! Launches of kernels.

use cubecl::client::Client;
use cubecl::ir::{ElemType, UIntKind, metadata::Info, settings::Dim3};
use cubecl::prelude::*;
use cubecl::server::{BufferBinding, KernelArguments};
use cubecl::{CubeKernel, PrecompiledSource};

use crate::kernel::Kernel;

/// A matrix with its strides.
#[derive(Clone, Debug)]
pub struct Strided {
    /// Its numbers.
    pub buffer: BufferBinding,
    /// Strides of row and column, in numbers.
    pub strides: [usize; 2],
}

impl KernelMetadata for Kernel {
    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info(self.form.clone())
    }

    fn address_type(&self) -> ElemType {
        ElemType::UInt(UIntKind::U32)
    }
}

impl CubeKernel for Kernel {
    fn define(&self) -> KernelDefinition {
        // cubecl needs a body and does not compile it: `source` has the text.
        let settings = KernelSettings::new(Dim3::new_single(), ExecutionMode::Checked, AddressType::U32);
        KernelDefinition { body: Scope::root(settings.clone()), settings, info: Info::default() }
    }

    fn source(&self) -> Option<PrecompiledSource> {
        let source = if cfg!(target_family = "wasm") { self.text() } else { self.shared_text() };
        Some(PrecompiledSource { source, entrypoint_name: "main".to_string(), lang: "wgsl" })
    }
}

/// Launches `groups` workgroups. Buffers are bound in this order.
pub(crate) fn launch(
    client: &Client,
    kernel: Kernel,
    groups: [u32; 3],
    inputs: impl IntoIterator<Item = BufferBinding>,
    outputs: impl IntoIterator<Item = BufferBinding>,
) {
    let bound = inputs.into_iter().chain(outputs).fold(KernelArguments::new(), KernelArguments::with_buffer);
    client.launch(Box::new(kernel), CubeCount::Static(groups[0], groups[1], groups[2]), bound);
}

/// Workgroups in two dimensions, since none may pass 65,535. A kernel counts them as `group.y * groups.x + group.x`.
pub(crate) fn spread(groups: u32) -> [u32; 3] {
    let rows = groups.div_ceil(32_768);
    [groups.div_ceil(rows.max(1)), rows.max(1), 1]
}

/// Numbers that lie one after the other. A thread takes one of them, or four where they come out even, as the weights of layers
/// usually do.
#[derive(Clone, Copy)]
pub(crate) struct Elements {
    threads: u32,
    kind: &'static str,
}

impl Elements {
    pub(crate) fn of(count: usize) -> Self {
        if count.is_multiple_of(4) {
            Self { threads: (count / 4) as u32, kind: "vec4<f32>" }
        } else {
            Self { threads: count as u32, kind: "f32" }
        }
    }

    /// `kernel` in workgroups of `threads`, with the count of elements and their type.
    pub(crate) fn given_to(self, kernel: Kernel, threads: u32) -> Kernel {
        kernel.with("THREADS", threads).with("COUNT", self.threads).typed("Element", self.kind)
    }

    /// Workgroups of `threads` that take all elements.
    pub(crate) fn groups(self, threads: u32) -> [u32; 3] {
        spread(self.threads.div_ceil(threads))
    }
}

#[cfg(test)]
mod tests {
    use super::spread;

    /// WebGPU's limit in each dimension.
    const MOST: u32 = 65_535;

    #[test]
    fn all_groups_fit_within_two_dimensions() {
        for groups in [0, 1, 32_767, 32_768, 32_769, MOST, MOST + 1, 98_305, 1 << 24, (1 << 30) + 7] {
            let [columns, rows, deep] = spread(groups);
            assert!(
                columns <= MOST && rows <= MOST && deep == 1,
                "{groups} groups: {columns} × {rows} × {deep}"
            );
            let launched = u64::from(columns) * u64::from(rows);
            assert!(launched >= u64::from(groups), "{groups} groups, and {launched} of them launched");
            assert!(launched - u64::from(groups) < u64::from(rows), "{groups} groups: idle ones");
        }
    }
}
