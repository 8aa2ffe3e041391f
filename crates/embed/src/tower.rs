//! A tower of layers: tokens in, one vector a text out.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};

use crate::{
    config::{Pooling, Sizes},
    layer::{Activation, Attention, Linear, Norm},
};

/// Attention, two linear layers, and where their sums are normalised.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) attention: Attention,
    pub(crate) attention_norm: Norm,
    pub(crate) up: Linear,
    pub(crate) down: Linear,
    pub(crate) linear_norm: Norm,
}

/// A text tower.
#[derive(Debug)]
pub(crate) struct Tower {
    pub(crate) sizes: Sizes,
    pub(crate) words: Array2<f32>,
    /// What is added to each place.
    pub(crate) places: Array2<f32>,
    /// Before the first block.
    pub(crate) first: Option<Norm>,
    pub(crate) blocks: Vec<Block>,
    /// Behind the last block.
    pub(crate) last: Option<Norm>,
    /// Whether a block normalises what goes in, as CLIP does, or its sums, as BERT does.
    pub(crate) before: bool,
    pub(crate) pooling: Pooling,
    pub(crate) projection: Option<Linear>,
}

impl Block {
    fn linear(&self, rows: &Array2<f32>, activation: Activation) -> Array2<f32> {
        self.down.of(&activation.of(self.up.of(rows)))
    }

    fn of(&self, rows: Array2<f32>, texts: &[Range<usize>], activation: Activation, before: bool) -> Array2<f32> {
        if before {
            let normal = self.attention_norm.of(rows.clone());
            let rows = rows + self.attention.of(&normal, texts);
            let normal = self.linear_norm.of(rows.clone());
            let added = self.linear(&normal, activation);
            rows + added
        } else {
            let added = self.attention.of(&rows, texts);
            let rows = self.attention_norm.of(rows + added);
            let added = self.linear(&rows, activation);
            self.linear_norm.of(rows + added)
        }
    }
}

impl Tower {
    /// Length of a vector.
    pub(crate) fn dimension(&self) -> usize {
        self.projection.as_ref().map_or(self.words.ncols(), |projection| projection.weight.nrows())
    }

    /// A vector of length 1 for each text, or of length 0 where it has no token. Tokens must be below the vocabulary's size
    /// and texts no longer than the places.
    pub(crate) fn vectors(&self, batch: &[Vec<u32>]) -> Array2<f32> {
        let mut texts: Vec<Range<usize>> = Vec::with_capacity(batch.len());
        for tokens in batch {
            let start = texts.last().map_or(0, |text| text.end);
            texts.push(start..start + tokens.len());
        }
        let mut rows = Array2::zeros((texts.last().map_or(0, |text| text.end), self.words.ncols()));
        let tokens = batch.iter().flat_map(|tokens| tokens.iter().enumerate());
        for (mut row, (place, token)) in rows.rows_mut().into_iter().zip(tokens) {
            row.assign(&self.words.row(*token as usize));
            row += &self.places.row(place);
        }
        if let Some(norm) = &self.first {
            rows = norm.of(rows);
        }
        for block in &self.blocks {
            rows = block.of(rows, &texts, self.sizes.activation, self.before);
        }
        let mut pooled = Array2::zeros((batch.len(), self.words.ncols()));
        for ((mut row, tokens), text) in pooled.rows_mut().into_iter().zip(batch).zip(&texts) {
            if let Some(vector) = self.pooled(&rows.slice_axis(Axis(0), Slice::from(text.clone())), tokens) {
                row.assign(&vector);
            }
        }
        if let Some(norm) = &self.last {
            // CLIP's, of the one row of a text that is taken.
            pooled = norm.of(pooled);
        }
        if let Some(projection) = &self.projection {
            pooled = projection.of(&pooled);
        }
        for mut row in pooled.rows_mut() {
            let length = row.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt().max(1e-12);
            row.mapv_inplace(|x| (f64::from(x) / length) as f32);
        }
        pooled
    }

    fn pooled(&self, rows: &ArrayView2<f32>, tokens: &[u32]) -> Option<Array1<f32>> {
        let at = match self.pooling {
            Pooling::Mean => return rows.mean_axis(Axis(0)),
            Pooling::First => 0,
            Pooling::At(end) => tokens.iter().position(|token| *token == end).unwrap_or(0),
            Pooling::Highest => {
                let highest = tokens.iter().max()?;
                tokens.iter().position(|token| token == highest)?
            }
        };
        (at < rows.nrows()).then(|| rows.row(at).to_owned())
    }
}
