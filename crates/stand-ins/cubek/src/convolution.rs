//! Convolutions.

use cubecl::client::Client;
use cubecl::ir::ElemType;
use cubecl::prelude::TensorBinding;
use metriclab_kernels::{Convolution, convolve};

use crate::matmul::definition::MatmulElems;
use crate::std::InputBinding;
use components::ConvSetupError;

#[derive(Clone, Copy, Debug)]
pub enum AcceleratedTileKind {
    Cmma,
    Mma,
}

#[derive(Clone, Copy, Debug)]
pub enum ConvAlgorithm {
    SimpleSyncCyclic,
    SimpleSyncStrided,
    SimpleAsyncCyclic,
    SimpleAsyncStrided,
    SimpleAsyncTma,
}

#[derive(Clone, Copy, Debug)]
pub enum Strategy {
    Inferred { algorithm: ConvAlgorithm, tile_kind: AcceleratedTileKind },
}

#[derive(Clone, Copy, Debug)]
pub struct DepthwiseStrategy;

pub struct ConvolutionArgs<const N: usize> {
    pub stride: [usize; N],
    pub padding: [usize; N],
    pub dilation: [usize; N],
}

pub struct DirectTensors {
    pub input: TensorBinding,
    pub weight: TensorBinding,
    pub bias: Option<TensorBinding>,
    pub out: TensorBinding,
}

pub struct DepthwiseTensors {
    pub input: TensorBinding,
    pub weight: TensorBinding,
    pub out: TensorBinding,
}

pub enum ConvolutionInputs {
    Forward { input: InputBinding, weight: InputBinding, bias: Option<InputBinding>, out: TensorBinding },
    BackwardData { out_grad: InputBinding, weights: InputBinding, in_grad: TensorBinding },
    BackwardWeight { input: InputBinding, out_grad: InputBinding, weight_grad: TensorBinding },
}

/// Channels last, over one or two dimensions, in one group. f32 only.
pub fn launch_direct<const N: usize>(
    client: &Client,
    tensors: DirectTensors,
    args: ConvolutionArgs<N>,
    groups: usize,
    _: ElemType,
) -> Result<(), ConvSetupError> {
    if groups != 1 {
        return Err(ConvSetupError::Groups(groups));
    }
    if N > 2 {
        return Err(ConvSetupError::Unknown);
    }
    // One dimension is two, the first of them of length 1.
    let four = |of: &TensorBinding| -> [[usize; 4]; 2] {
        let (mut shape, mut strides) = (of.shape.to_vec(), of.strides.to_vec());
        if N == 1 {
            shape.insert(1, 1);
            strides.insert(1, 0);
        }
        let array = |numbers: Vec<usize>| numbers.try_into().expect("a tensor of N + 2 dimensions");
        [array(shape), array(strides)]
    };
    let two = |of: [usize; N], other: usize| if N == 1 { [other, of[0]] } else { [of[0], of[1]] };
    let shape = Convolution {
        input: four(&tensors.input),
        weight: four(&tensors.weight),
        output: four(&tensors.out),
        stride: two(args.stride, 1),
        padding: two(args.padding, 0),
        dilation: two(args.dilation, 1),
    };
    let DirectTensors { input, weight, bias, out } = tensors;
    convolve(client, &shape, input.handle, weight.handle, bias.map(|bias| bias.handle), out.handle);
    Ok(())
}

pub fn launch_ref<const N: usize>(
    _: &Strategy,
    _: &Client,
    _: ConvolutionInputs,
    _: ConvolutionArgs<N>,
    _: MatmulElems,
) -> Result<(), ConvSetupError> {
    Err(ConvSetupError::Unknown)
}

pub fn launch_depthwise(
    _: &Client,
    _: DepthwiseTensors,
    _: ConvolutionArgs<2>,
    groups: usize,
    _: ElemType,
    _: DepthwiseStrategy,
) -> Result<(), ConvSetupError> {
    Err(ConvSetupError::Groups(groups))
}

pub mod components {
    use cubecl::prelude::LaunchError;

    use crate::matmul::definition::{MatmulAvailabilityError, MatmulSetupError};

    #[derive(Debug)]
    pub enum ConvSetupError {
        Matmul(MatmulSetupError),
        Groups(usize),
        Unknown,
    }

    impl From<MatmulSetupError> for ConvSetupError {
        fn from(error: MatmulSetupError) -> Self {
            Self::Matmul(error)
        }
    }

    impl From<LaunchError> for ConvSetupError {
        fn from(_: LaunchError) -> Self {
            Self::Unknown
        }
    }

    impl From<MatmulAvailabilityError> for ConvSetupError {
        fn from(_: MatmulAvailabilityError) -> Self {
            Self::Unknown
        }
    }
}
