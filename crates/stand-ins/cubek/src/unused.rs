//! What burn's backend mentions and metriclab calls for nowhere.

use cubecl::client::Client;
use cubecl::ir::ElemType;
use cubecl::prelude::TensorBinding;

/// Names what is not here.
#[derive(Debug)]
pub struct Unavailable(pub &'static str);

impl ::std::fmt::Display for Unavailable {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        write!(f, "metriclab's kernels have no {}", self.0)
    }
}

pub mod std {
    use super::{ElemType, TensorBinding};
    use cubecl::quant::scheme::QuantScheme;
    use cubecl::zspace::Shape;

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

            #[allow(clippy::too_many_arguments)]
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
                // burn then computes it from products.
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
    use super::{Client, ElemType, TensorBinding};
    use definition::{InterpolateError, InterpolateOptions};

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

    pub fn interpolate(
        _: &Client,
        _: TensorBinding,
        _: TensorBinding,
        _: InterpolateOptions,
        _: InterpolateStrategy,
        _: ElemType,
    ) -> Result<(), InterpolateError> {
        Err(InterpolateError("interpolation"))
    }

    pub fn interpolate_backward(
        _: &Client,
        _: TensorBinding,
        _: TensorBinding,
        _: TensorBinding,
        _: InterpolateOptions,
        _: ElemType,
    ) -> Result<(), InterpolateError> {
        Err(InterpolateError("interpolation"))
    }
}

pub mod pool {
    use super::{Client, ElemType, TensorBinding};
    use definition::{PoolError, PoolMode};

    pub mod definition {
        pub use super::super::Unavailable as PoolError;

        pub struct MaxPoolOptions;
        pub struct AvgPoolOptions;
        pub struct AdaptiveAvgPoolOptions;
        pub struct PoolMode;

        impl MaxPoolOptions {
            pub fn new<const N: usize>(
                _: [usize; N],
                _: [usize; N],
                _: [usize; N],
                _: [usize; N],
                _: bool,
            ) -> Self {
                Self
            }
        }

        impl AvgPoolOptions {
            pub fn new<const N: usize>(
                _: [usize; N],
                _: [usize; N],
                _: [usize; N],
                _: bool,
                _: bool,
            ) -> Self {
                Self
            }
        }

        impl AdaptiveAvgPoolOptions {
            pub fn new<const N: usize>(_: [usize; N]) -> Self {
                Self
            }
        }

        impl From<MaxPoolOptions> for PoolMode {
            fn from(_: MaxPoolOptions) -> Self {
                Self
            }
        }

        impl From<AvgPoolOptions> for PoolMode {
            fn from(_: AvgPoolOptions) -> Self {
                Self
            }
        }

        impl From<AdaptiveAvgPoolOptions> for PoolMode {
            fn from(_: AdaptiveAvgPoolOptions) -> Self {
                Self
            }
        }
    }

    const NONE: PoolError = super::Unavailable("pooling");

    pub fn pool2d(
        _: &Client,
        _: TensorBinding,
        _: TensorBinding,
        _: PoolMode,
        _: ElemType,
    ) -> Result<(), PoolError> {
        Err(NONE)
    }

    pub fn pool2d_backward(
        _: &Client,
        _: TensorBinding,
        _: TensorBinding,
        _: TensorBinding,
        _: PoolMode,
        _: ElemType,
    ) -> Result<(), PoolError> {
        Err(NONE)
    }

    pub fn pool2d_with_indices(
        _: &Client,
        _: TensorBinding,
        _: TensorBinding,
        _: TensorBinding,
        _: PoolMode,
        _: ElemType,
    ) -> Result<(), PoolError> {
        Err(NONE)
    }

    #[allow(clippy::too_many_arguments)]
    pub fn pool2d_with_indices_backward(
        _: &Client,
        _: TensorBinding,
        _: TensorBinding,
        _: TensorBinding,
        _: TensorBinding,
        _: PoolMode,
        _: ElemType,
        _: ElemType,
    ) -> Result<(), PoolError> {
        Err(NONE)
    }

    pub fn pool3d(
        _: &Client,
        _: TensorBinding,
        _: TensorBinding,
        _: PoolMode,
        _: ElemType,
    ) -> Result<(), PoolError> {
        Err(NONE)
    }

    pub fn pool3d_backward(
        _: &Client,
        _: TensorBinding,
        _: TensorBinding,
        _: TensorBinding,
        _: PoolMode,
        _: ElemType,
    ) -> Result<(), PoolError> {
        Err(NONE)
    }
}

pub mod quantization {
    use super::{Client, ElemType, TensorBinding, Unavailable};
    use cubecl::quant::scheme::QuantScheme;

    pub mod quantize {
        use super::{Client, ElemType, QuantScheme, TensorBinding, Unavailable};

        pub fn launch_ref(
            _: &Client,
            _: TensorBinding,
            _: TensorBinding,
            _: &[TensorBinding],
            _: &[TensorBinding],
            _: &QuantScheme,
            _: ElemType,
        ) -> Result<(), Unavailable> {
            Err(Unavailable("quantised numbers"))
        }
    }

    pub mod dequantize {
        use super::{Client, ElemType, QuantScheme, TensorBinding, Unavailable};

        pub fn launch_ref(
            _: &Client,
            _: TensorBinding,
            _: TensorBinding,
            _: &[TensorBinding],
            _: &QuantScheme,
            _: ElemType,
        ) -> Result<(), Unavailable> {
            Err(Unavailable("quantised numbers"))
        }
    }
}

/// All randomness comes from `src/random.rs`.
pub mod random {
    use super::{Client, ElemType, TensorBinding, Unavailable};

    const NONE: Unavailable = Unavailable("random numbers");

    pub fn seed(_: u64) {}

    pub fn random_bernoulli(_: &Client, _: f32, _: TensorBinding, _: ElemType) -> Result<(), Unavailable> {
        Err(NONE)
    }

    pub fn random_normal(
        _: &Client,
        _: f32,
        _: f32,
        _: TensorBinding,
        _: ElemType,
    ) -> Result<(), Unavailable> {
        Err(NONE)
    }

    pub fn random_uniform(
        _: &Client,
        _: f32,
        _: f32,
        _: TensorBinding,
        _: ElemType,
    ) -> Result<(), Unavailable> {
        Err(NONE)
    }
}
