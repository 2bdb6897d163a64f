//! Names that burn-cubecl needs to compile, for operations that metriclab never calls: attention, interpolation, pooling,
//! quantised numbers and burn's own randomness. Each function answers [`Unavailable`]. Paths, types and order of arguments
//! are cubek's; types hold no more than burn-cubecl reads.

use cubecl::client::Client;
use cubecl::ir::ElemType;
use cubecl::prelude::TensorBinding;

/// The operation that is missing.
#[derive(Debug)]
pub struct Unavailable(pub &'static str);

impl ::std::fmt::Display for Unavailable {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        write!(f, "metriclab's kernels have no {}", self.0)
    }
}

/// Functions with these arguments that answer that `$operation` is missing.
macro_rules! unavailable {
    ($operation:literal: $($name:ident($($argument:ty),*);)*) => {
        $(
            #[allow(clippy::too_many_arguments, reason = "cubek's signature")]
            pub fn $name($(_: $argument),*) -> Result<(), Unavailable> {
                Err(Unavailable($operation))
            }
        )*
    };
}

pub mod std {
    use super::{ElemType, TensorBinding};
    use cubecl::quant::scheme::QuantScheme;
    use cubecl::zspace::Shape;

    /// The input of a product or a convolution.
    pub enum InputBinding {
        Normal(TensorBinding, ElemType),
        Quantized,
    }

    impl InputBinding {
        pub fn new(data: TensorBinding, dtype: ElemType) -> Self {
            Self::Normal(data, dtype)
        }

        pub fn quantized(
            _: TensorBinding,
            _: TensorBinding,
            _: Shape,
            _: QuantScheme,
            _: ElemType,
            _: ElemType,
        ) -> Self {
            Self::Quantized
        }
    }
}

pub mod attention {
    pub mod forward {
        pub mod definition {
            use cubecl::ir::ElemType;

            pub enum AccumulatorPrecision {
                Strict(ElemType),
            }

            pub struct AttentionGlobalTypes {
                pub query: ElemType,
                pub key: ElemType,
                pub value: ElemType,
                pub mask: ElemType,
                pub out: ElemType,
            }

            pub struct AttentionOptions {
                pub causal: bool,
                pub accumulator_precision: AccumulatorPrecision,
            }

            #[derive(Debug)]
            pub enum AttentionSetupError {
                InvalidConfig(&'static str),
            }
        }

        pub mod launch {
            use super::definition::{AttentionGlobalTypes, AttentionOptions, AttentionSetupError};
            use super::routines::blackbox_accelerated::BlackboxAcceleratedStrategy;
            use cubecl::client::Client;
            use cubecl::prelude::TensorBinding;

            pub enum BlueprintStrategy<S> {
                Inferred(S),
            }

            pub enum Strategy {
                BlackboxAccelerated(BlueprintStrategy<BlackboxAcceleratedStrategy>),
                Unit(BlueprintStrategy<()>),
            }

            /// burn computes attention from products when this fails.
            #[allow(clippy::too_many_arguments, reason = "cubek's signature")]
            pub fn launch_ref(
                _: Strategy,
                _: &Client,
                _: TensorBinding,
                _: TensorBinding,
                _: TensorBinding,
                _: Option<TensorBinding>,
                _: TensorBinding,
                _: &AttentionGlobalTypes,
                _: AttentionOptions,
            ) -> Result<(), AttentionSetupError> {
                Err(AttentionSetupError::InvalidConfig("attention in one kernel"))
            }
        }

        pub mod routines {
            pub mod blackbox_accelerated {
                #[derive(Debug)]
                pub struct BlackboxAcceleratedStrategy;
            }
        }
    }
}

pub mod interpolate {
    use super::{Client, ElemType, TensorBinding, Unavailable};
    use definition::InterpolateOptions;

    #[derive(Clone, Debug)]
    pub enum InterpolateStrategy {
        MaximizeThroughput,
    }

    pub mod definition {
        pub use super::super::Unavailable as InterpolateError;

        #[derive(Clone, Debug)]
        pub enum NearestMode {
            Floor,
            Exact,
        }

        #[derive(Clone, Debug)]
        pub enum InterpolateMode {
            Nearest(NearestMode),
            Bilinear,
            Bicubic,
            Lanczos3,
        }

        #[derive(Clone, Debug)]
        pub struct InterpolateOptions {
            pub mode: InterpolateMode,
            pub align_corners: bool,
        }
    }

    type Tensor = TensorBinding;

    unavailable! {
        "interpolation":
        interpolate(&Client, Tensor, Tensor, InterpolateOptions, InterpolateStrategy, ElemType);
        interpolate_backward(&Client, Tensor, Tensor, Tensor, InterpolateOptions, ElemType);
    }
}

pub mod pool {
    use super::{Client, ElemType, TensorBinding, Unavailable};
    use definition::PoolMode;

    pub mod definition {
        pub use super::super::Unavailable as PoolError;

        pub struct PoolMode;

        type Sides<const N: usize> = [usize; N];

        /// A way of pooling, with the arguments of its constructor.
        macro_rules! mode {
            ($name:ident($($argument:ty),*)) => {
                pub struct $name;

                impl $name {
                    pub fn new<const N: usize>($(_: $argument),*) -> Self {
                        Self
                    }
                }

                impl From<$name> for PoolMode {
                    fn from(_: $name) -> Self {
                        Self
                    }
                }
            };
        }

        mode!(MaxPoolOptions(Sides<N>, Sides<N>, Sides<N>, Sides<N>, bool));
        mode!(AvgPoolOptions(Sides<N>, Sides<N>, Sides<N>, bool, bool));
        mode!(AdaptiveAvgPoolOptions(Sides<N>));
    }

    type Tensor = TensorBinding;

    unavailable! {
        "pooling":
        pool2d(&Client, Tensor, Tensor, PoolMode, ElemType);
        pool2d_backward(&Client, Tensor, Tensor, Tensor, PoolMode, ElemType);
        pool2d_with_indices(&Client, Tensor, Tensor, Tensor, PoolMode, ElemType);
        pool2d_with_indices_backward(&Client, Tensor, Tensor, Tensor, Tensor, PoolMode, ElemType, ElemType);
        pool3d(&Client, Tensor, Tensor, PoolMode, ElemType);
        pool3d_backward(&Client, Tensor, Tensor, Tensor, PoolMode, ElemType);
    }
}

pub mod quantization {
    use super::{Client, ElemType, TensorBinding, Unavailable};
    use cubecl::quant::scheme::QuantScheme;

    type Tensor = TensorBinding;

    pub mod quantize {
        use super::{Client, ElemType, QuantScheme, Tensor, Unavailable};

        unavailable! {
            "quantised numbers":
            launch_ref(&Client, Tensor, Tensor, &[Tensor], &[Tensor], &QuantScheme, ElemType);
        }
    }

    pub mod dequantize {
        use super::{Client, ElemType, QuantScheme, Tensor, Unavailable};

        unavailable! {
            "quantised numbers":
            launch_ref(&Client, Tensor, Tensor, &[Tensor], &QuantScheme, ElemType);
        }
    }
}

/// All of metriclab's randomness comes from `src/random.rs`.
pub mod random {
    use super::{Client, ElemType, TensorBinding, Unavailable};

    pub fn seed(_: u64) {}

    unavailable! {
        "random numbers":
        random_bernoulli(&Client, f32, TensorBinding, ElemType);
        random_normal(&Client, f32, f32, TensorBinding, ElemType);
        random_uniform(&Client, f32, f32, TensorBinding, ElemType);
    }
}
