//! Matrix products.

use cubecl::client::Client;
use cubecl::prelude::TensorBinding;
use metriclab_kernels::{Batch, Ending, Product, multiply};

use crate::std::InputBinding;
use definition::{MatmulElems, MatmulSetupError};
use strategy::Strategy;

/// `[.., m, k]` times `[.., k, n]` gives `[.., m, n]`, of any strides; a dimension of 1 before the last two is
/// broadcast. f32 only.
fn product(a: &TensorBinding, b: &TensorBinding, c: &TensorBinding) -> Product {
    let rank = c.shape.len();
    let [m, n, k] = [c.shape[rank - 2], c.shape[rank - 1], a.shape[rank - 1]];
    let stride = |of: &TensorBinding, at: usize| if of.shape[at] == 1 { 0 } else { of.strides[at] };
    let last = |of: &TensorBinding| [of.strides[rank - 2], of.strides[rank - 1]];
    let batch = (0..rank - 2)
        .filter(|&at| c.shape[at] > 1)
        .map(|at| Batch { count: c.shape[at], strides: [stride(a, at), stride(b, at), stride(c, at)] })
        .collect();
    Product { m, n, k, a: last(a), b: last(b), c: last(c), batch, ending: Ending::None }
}

pub mod launch {
    use super::{
        Client, InputBinding, MatmulElems, MatmulSetupError, Strategy, TensorBinding, multiply, product,
    };

    pub fn launch_ref(
        _: &Strategy,
        client: &Client,
        a: InputBinding,
        b: InputBinding,
        c: TensorBinding,
        _: &mut MatmulElems,
    ) -> Result<(), MatmulSetupError> {
        let (InputBinding::Normal(a, _), InputBinding::Normal(b, _)) = (a, b) else {
            return Err(MatmulSetupError::Unavailable);
        };
        multiply(client, &product(&a, &b, &c), [a.handle, b.handle], None, c.handle);
        Ok(())
    }
}

pub mod definition {
    use cubecl::ir::ElemType;
    use cubecl::prelude::{CubeCount, Numeric};

    pub trait MatmulPrecision {
        type Acc: MatrixPrecision;
    }

    impl<N: Numeric> MatmulPrecision for N {
        type Acc = N;
    }

    pub trait MatrixPrecision {
        type Global: Numeric;
    }

    impl<N: Numeric> MatrixPrecision for N {
        type Global = N;
    }

    pub struct MatmulGlobalElems {
        pub lhs: ElemType,
        pub rhs: ElemType,
        pub out: ElemType,
    }

    pub struct MatmulElems;

    impl MatmulElems {
        pub fn from_globals(_: &MatmulGlobalElems) -> Self {
            Self
        }
    }

    #[derive(Debug)]
    pub enum MatmulAvailabilityError {
        CubeCountTooBig(CubeCount),
    }

    #[derive(Debug)]
    pub enum MatmulSetupError {
        /// Quantised matrices, which nothing here makes.
        Unavailable,
    }
}

pub mod multi_level {
    #[derive(Clone, Debug)]
    pub enum Strategy {
        Naive,
    }
}

pub mod strategy {
    #[derive(Clone, Debug, Default)]
    pub enum Strategy {
        MultiLevel(super::multi_level::Strategy),
        #[default]
        Own,
    }
}

pub mod tiled {
    pub mod storage {
        use cubecl::client::Client;
        use cubecl::ir::ElemType;
        use cubecl::prelude::TensorBinding;
        use cubecl::std::tensor::TensorHandle;

        use crate::Unavailable;

        pub fn untile(_: &Client, _: TensorBinding, _: ElemType) -> Result<TensorHandle, Unavailable> {
            Err(Unavailable("tensors laid out in tiles"))
        }
    }
}
