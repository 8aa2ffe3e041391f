//! Linear layer, normalisation, attention, activations, in 32 bits as the models are published.

use std::{ops::Range, str::FromStr};

use ndarray::{Array1, Array2, ArrayViewMut1, Axis, Slice, linalg::general_mat_mul};

/// A linear layer; a row of weights an output.
#[derive(Debug)]
pub(crate) struct Linear {
    pub(crate) weight: Array2<f32>,
    pub(crate) bias: Option<Array1<f32>>,
}

impl Linear {
    pub(crate) fn of(&self, rows: &Array2<f32>) -> Array2<f32> {
        let product = rows.dot(&self.weight.t());
        match &self.bias {
            Some(bias) => product + bias,
            None => product,
        }
    }
}

/// Normalisation of each row to mean 0 and variance 1, then weighed.
#[derive(Debug)]
pub(crate) struct Norm {
    pub(crate) weight: Array1<f32>,
    pub(crate) bias: Array1<f32>,
    pub(crate) epsilon: f32,
}

impl Norm {
    pub(crate) fn of(&self, mut rows: Array2<f32>) -> Array2<f32> {
        for mut row in rows.rows_mut() {
            let count = row.len() as f64;
            let mean = row.iter().map(|x| f64::from(*x)).sum::<f64>() / count;
            let variance = row.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>() / count;
            let scale = (variance + f64::from(self.epsilon)).sqrt().recip();
            for ((x, weight), bias) in row.iter_mut().zip(&self.weight).zip(&self.bias) {
                *x = ((f64::from(*x) - mean) * scale) as f32 * weight + bias;
            }
        }
        rows
    }
}

/// What stands between two linear layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Activation {
    /// By the error function.
    #[default]
    Gelu,
    /// By the hyperbolic tangent.
    GeluTanh,
    /// By the logistic function of 1.702 x.
    QuickGelu,
    Relu,
}

impl Activation {
    /// What to do about an unknown one.
    pub(crate) const KNOWN: &str = "gelu, gelu_new, gelu_pytorch_tanh, quick_gelu and relu are read";

    pub(crate) fn of(self, mut rows: Array2<f32>) -> Array2<f32> {
        match self {
            Self::Gelu => rows.mapv_inplace(|x| 0.5 * x * (1.0 + libm::erff(x * std::f32::consts::FRAC_1_SQRT_2))),
            Self::GeluTanh => rows.mapv_inplace(|x| {
                let inner = (2.0 / std::f32::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
                0.5 * x * (1.0 + inner.tanh())
            }),
            Self::QuickGelu => rows.mapv_inplace(|x| x / (1.0 + (-1.702 * x).exp())),
            Self::Relu => rows.mapv_inplace(|x| x.max(0.0)),
        }
        rows
    }
}

impl FromStr for Activation {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Ok(match name {
            "gelu" => Self::Gelu,
            "gelu_new" | "gelu_pytorch_tanh" => Self::GeluTanh,
            "quick_gelu" => Self::QuickGelu,
            "relu" => Self::Relu,
            _ => return Err(()),
        })
    }
}

/// Attention of the tokens of a text to each other.
#[derive(Debug)]
pub(crate) struct Attention {
    pub(crate) query: Linear,
    pub(crate) key: Linear,
    pub(crate) value: Linear,
    pub(crate) output: Linear,
    pub(crate) heads: usize,
    /// Whether a token sees only those before it, and itself.
    pub(crate) causal: bool,
}

impl Attention {
    /// The rows of `texts` see each other, those of other texts never: so nothing is padded and nothing masked.
    pub(crate) fn of(&self, rows: &Array2<f32>, texts: &[Range<usize>]) -> Array2<f32> {
        let (query, key, value) = (self.query.of(rows), self.key.of(rows), self.value.of(rows));
        let width = rows.ncols() / self.heads;
        let scale = (width as f32).sqrt().recip();
        let mut mixed = Array2::zeros(rows.dim());
        for text in texts {
            let rows = Slice::from(text.clone());
            let (query, key) = (query.slice_axis(Axis(0), rows), key.slice_axis(Axis(0), rows));
            let (value, mut mixed) = (value.slice_axis(Axis(0), rows), mixed.slice_axis_mut(Axis(0), rows));
            let mut shares = Array2::zeros((text.len(), text.len()));
            for head in 0..self.heads {
                let part = Slice::from(head * width..(head + 1) * width);
                let (query, key) = (query.slice_axis(Axis(1), part), key.slice_axis(Axis(1), part));
                general_mat_mul(scale, &query, &key.t(), 0.0, &mut shares);
                for (at, mut row) in shares.rows_mut().into_iter().enumerate() {
                    let seen = if self.causal { at + 1 } else { text.len() };
                    let (seen, mut unseen) = row.view_mut().split_at(Axis(0), seen);
                    softmax(seen);
                    unseen.fill(0.0);
                }
                let mut mixed = mixed.slice_axis_mut(Axis(1), part);
                general_mat_mul(1.0, &shares, &value.slice_axis(Axis(1), part), 0.0, &mut mixed);
            }
        }
        self.output.of(&mixed)
    }
}

/// Shares by their exponentials.
fn softmax(mut row: ArrayViewMut1<f32>) {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.mapv_inplace(|x| (x - most).exp());
    let sum: f32 = row.sum();
    row.mapv_inplace(|x| x / sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activations_at_one_and_minus_two() {
        // The formulas in 64 bits.
        for (activation, at_one, at_minus_two) in [
            ("gelu", 0.841_344_8, -0.045_500_26),
            ("gelu_new", 0.841_192, -0.045_402_31),
            ("quick_gelu", 0.845_795_8, -0.064_341_38),
            ("relu", 1.0, 0.0),
        ] {
            let found = Activation::from_str(activation).expect(activation).of(ndarray::array![[1.0, -2.0]]);
            let off = (found[[0, 0]] - at_one).abs().max((found[[0, 1]] - at_minus_two).abs());
            assert!(off < 2e-6, "{activation}: {found}");
        }
        assert_eq!(Activation::from_str("silu"), Err(()));
    }

    #[test]
    fn a_softmax_of_large_numbers_is_finite() {
        let mut row = ndarray::array![1e30_f32, 1e30, -1e30];
        softmax(row.view_mut());
        assert_eq!(row, ndarray::array![0.5, 0.5, 0.0]);
    }
}
