//! Folds along one dimension.

use cubecl::client::Client;
use cubecl::ir::{ElemType, FloatKind, IntKind, UIntKind};
use cubecl::prelude::{Numeric, TensorBinding};
use cubecl::std::tensor::into_contiguous;
use metriclab_kernels::{Fold, Number, Reduction, reduce as fold};

use components::instructions::ReduceOperationConfig;
pub use launch::ReduceStrategy;

pub trait ReducePrecision {
    type EI: Numeric;
    type EA: Numeric;
}

impl<N: Numeric> ReducePrecision for N {
    type EI = N;
    type EA = N;
}

#[derive(Clone, Copy, Debug)]
pub struct ReduceDtypes {
    pub input: ElemType,
    pub output: ElemType,
    pub accumulation: ElemType,
}

#[derive(Clone, Copy, Debug)]
pub struct ReduceWithIndicesDtypes {
    pub input: ElemType,
    pub values: ElemType,
    pub indices: ElemType,
    pub accumulation: ElemType,
}

#[derive(Debug)]
pub enum ReduceError {
    InvalidAxis {
        axis: usize,
        rank: usize,
    },
    ReduceAxisTooSmall {
        axis_length: usize,
        k: usize,
    },
    IndicesUnsupported {
        operation: &'static str,
    },
    /// Numbers of other types than f32, i32 and u32, or the k largest, which nothing here asks for.
    Unavailable,
}

pub fn reduce(
    client: &Client,
    input: TensorBinding,
    output: TensorBinding,
    axis: usize,
    _: ReduceStrategy,
    operation: ReduceOperationConfig,
    dtypes: ReduceDtypes,
) -> Result<(), ReduceError> {
    let types = [number(dtypes.input)?, number(dtypes.output)?, Number::Unsigned];
    let of = reduction(&input, &output, axis, fold_of(operation)?, types);
    fold(client, &of, input.handle, output.handle, None);
    Ok(())
}

#[allow(clippy::too_many_arguments)]
pub fn reduce_with_indices(
    client: &Client,
    input: TensorBinding,
    values: TensorBinding,
    indices: TensorBinding,
    axis: usize,
    _: ReduceStrategy,
    operation: ReduceOperationConfig,
    dtypes: ReduceWithIndicesDtypes,
) -> Result<(), ReduceError> {
    let types = [number(dtypes.input)?, number(dtypes.values)?, number(dtypes.indices)?];
    let of = reduction(&input, &values, axis, fold_of(operation)?, types);
    fold(client, &of, input.handle, values.handle, Some(indices.handle));
    Ok(())
}

/// The whole sum. burn asks for it where floats can be added atomically, as some native adapters can.
pub fn shared_sum(
    client: &Client,
    input: TensorBinding,
    output: TensorBinding,
    _: u32,
    input_elem: ElemType,
) -> Result<(), ReduceError> {
    let of = number(input_elem)?;
    let count = input.shape.iter().product::<usize>();
    let last: usize = input.shape.iter().zip(input.strides.iter()).map(|(n, stride)| (n - 1) * stride).sum();
    // Numbers without gaps are summed where they lie, whatever their order.
    let handle = if last + 1 == count {
        input.handle
    } else {
        into_contiguous(client, input, input_elem).handle.binding()
    };
    let all = Reduction { fold: Fold::Sum, axis: [count, 1], kept: Vec::new(), types: [of, of, of] };
    fold(client, &all, handle, output.handle, None);
    Ok(())
}

fn reduction(
    input: &TensorBinding,
    output: &TensorBinding,
    axis: usize,
    fold: Fold,
    types: [Number; 3],
) -> Reduction {
    let kept = (0..input.shape.len()).filter(|&at| at != axis && input.shape[at] > 1);
    Reduction {
        fold,
        axis: [input.shape[axis], input.strides[axis]],
        kept: kept.map(|at| [input.shape[at], input.strides[at], output.strides[at]]).collect(),
        types,
    }
}

fn number(of: ElemType) -> Result<Number, ReduceError> {
    match of {
        ElemType::Float(FloatKind::F32 | FloatKind::Flex32) => Ok(Number::Float),
        ElemType::Int(IntKind::I32) => Ok(Number::Int),
        ElemType::UInt(UIntKind::U32) | ElemType::Bool => Ok(Number::Unsigned),
        _ => Err(ReduceError::Unavailable),
    }
}

fn fold_of(operation: ReduceOperationConfig) -> Result<Fold, ReduceError> {
    match operation {
        ReduceOperationConfig::Sum => Ok(Fold::Sum),
        ReduceOperationConfig::Prod => Ok(Fold::Product),
        ReduceOperationConfig::Mean => Ok(Fold::Mean),
        ReduceOperationConfig::MaxAbs => Ok(Fold::Size),
        ReduceOperationConfig::ArgMax => Ok(Fold::ArgMax),
        ReduceOperationConfig::ArgMin => Ok(Fold::ArgMin),
        ReduceOperationConfig::Max => Ok(Fold::Max),
        ReduceOperationConfig::Min => Ok(Fold::Min),
        ReduceOperationConfig::Any => Ok(Fold::Any),
        ReduceOperationConfig::All => Ok(Fold::All),
        ReduceOperationConfig::ArgTopK(_) | ReduceOperationConfig::TopK(_) => Err(ReduceError::Unavailable),
    }
}

pub mod components {
    pub mod instructions {
        use cubecl::ir::ElemType;

        use crate::reduce::ReduceDtypes;

        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ReduceOperationConfig {
            Sum,
            Prod,
            Mean,
            MaxAbs,
            ArgMax,
            ArgMin,
            Max,
            Min,
            ArgTopK(usize),
            TopK(usize),
            Any,
            All,
        }

        impl ReduceOperationConfig {
            /// `output` is heeded where the result is a place or a truth.
            pub fn precision(&self, input: ElemType, output: Option<ElemType>) -> ReduceDtypes {
                let own = match self {
                    Self::ArgMax | Self::ArgMin | Self::ArgTopK(_) | Self::Any | Self::All => output,
                    _ => None,
                };
                ReduceDtypes { input, output: own.unwrap_or(input), accumulation: input }
            }
        }
    }
}

pub mod launch {
    #[derive(Clone, Debug)]
    pub struct ReduceStrategy {
        pub routine: RoutineStrategy,
        pub vectorization: VectorizationStrategy,
        pub autotune_level: (),
    }

    #[derive(Clone, Debug)]
    pub enum RoutineStrategy {
        Unit(super::routines::BlueprintStrategy),
    }

    #[derive(Clone, Copy, Debug)]
    pub struct VectorizationStrategy {
        pub parallel_output_vectorization: bool,
    }
}

pub mod routines {
    #[derive(Clone, Debug)]
    pub enum BlueprintStrategy {
        Inferred(unit::UnitStrategy),
    }

    pub mod unit {
        #[derive(Clone, Debug)]
        pub struct UnitStrategy;
    }
}
