//! A model that is open: unit vectors of texts, likeness of pairs.

use std::{collections::HashMap, path::Path};

use judge::rule::Likeness;
use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;

use crate::{
    EmbedError, bert, clip,
    config::{self, CONFIG, Pooling, Sizes},
    folder::Folder,
    tokens::Tokens,
    tower::Tower,
};

/// Tokens of texts that go through the model together: as many as the products of matrices gain by.
const BATCH_TOKENS: usize = 1024;

/// A text model that is open.
///
/// It computes on the threads of rayon, a batch of texts a thread.
#[derive(Debug)]
pub struct Embedding {
    name: String,
    tokens: Tokens,
    tower: Tower,
}

/// Vectors of different texts, and which of them belongs to each text that was asked for.
struct Vectors {
    rows: Array2<f32>,
    of_text: Vec<usize>,
}

impl Embedding {
    /// Opens a folder with `config.json`, `tokenizer.json` and `model.safetensors`: a model of the type `bert`, pooled as
    /// `1_Pooling/config.json` says (by the mean where it does not stand there), or the text tower of a `clip`.
    ///
    /// Both are cut to what they have places for, sentence embeddings to `max_seq_length` of `sentence_bert_config.json` as well.
    /// Prompts that a model wants before a text ("query: ") are the caller's to write.
    pub fn open(folder: &Path) -> Result<Self, EmbedError> {
        let folder = Folder::at(folder);
        let config = config::stated(&folder)?;
        let kind = config.get("model_type").and_then(serde_json::Value::as_str).unwrap_or("");
        let (kind, tower, weights, most, lower) = match kind {
            "bert" => {
                let (tower, sentence, weights) = bert::read(&folder, &config)?;
                ("sentence_cosine", tower, weights, sentence.most_tokens, sentence.lower)
            }
            "clip" | "clip_text_model" => {
                let (tower, weights) = clip::read(&folder, &config)?;
                let most = tower.sizes.max_position_embeddings;
                ("clip_text_cosine", tower, weights, most, false)
            }
            _ => {
                let problem = format!("{kind:?} is not read");
                let hint = "choose a sentence-embedding model of the type bert (MiniLM, GTE, BGE), or a clip";
                return Err(folder.field(CONFIG, "model_type", problem, hint));
            }
        };
        let bytes = folder.tokenizer()?;
        let tokens = Tokens::read(&folder, &bytes, most, tower.sizes.vocab_size, lower)?;
        if let Pooling::At(end) = tower.pooling
            && !tokens.of("")?.contains(&end)
        {
            let problem = format!("adds no end token {end} to a text");
            let hint = "eos_token_id of config.json is the token that it adds";
            return Err(folder.field("tokenizer.json", "post_processor", problem, hint));
        }
        let Sizes { num_attention_heads: heads, activation, epsilon, .. } = &tower.sizes;
        let manner = format!("{heads} {activation:?} {epsilon:e} {:?} {most} {lower}", tower.pooling);
        let name = format!("{kind}:{}", weights.digest(&[&bytes, manner.as_bytes()]));
        Ok(Self { name, tokens, tower })
    }

    /// What it compares by, with the first digits of a digest of weights, tokenizer and settings: the same wherever the folder
    /// lies.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Length of a vector.
    pub fn dimension(&self) -> usize {
        self.tower.dimension()
    }

    /// A vector of length 1 for each text. A text that is asked for more than once is computed once.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let vectors = self.vectors(texts)?;
        Ok(vectors.of_text.iter().map(|at| vectors.rows.row(*at).to_vec()).collect())
    }

    /// Likeness of each pair, in [0, 1]: the cosine of their vectors, negative ones as 0; 0 where a text is blank.
    pub fn similarities(&self, pairs: &[(&str, &str)]) -> Result<Vec<f64>, EmbedError> {
        let blank = |text: &str| text.trim().is_empty();
        let compared = |(a, b): &&(&str, &str)| !blank(a) && !blank(b);
        let texts: Vec<&str> = pairs.iter().filter(compared).flat_map(|(a, b)| [*a, *b]).collect();
        let vectors = self.vectors(&texts)?;
        let mut found =
            vectors.of_text.chunks_exact(2).map(|pair| cosine(&vectors.rows.row(pair[0]), &vectors.rows.row(pair[1])));
        let likeness = |pair| if compared(&pair) { found.next().unwrap_or(0.0) } else { 0.0 };
        Ok(pairs.iter().map(likeness).collect())
    }

    fn vectors(&self, texts: &[&str]) -> Result<Vectors, EmbedError> {
        let (mut different, mut place): (Vec<&str>, HashMap<&str, usize>) = (Vec::new(), HashMap::new());
        let of_text = texts.iter().map(|text| {
            *place.entry(text).or_insert_with(|| {
                different.push(text);
                different.len() - 1
            })
        });
        let of_text: Vec<usize> = of_text.collect();
        let tokens: Vec<Vec<u32>> = different.par_iter().map(|text| self.tokens.of(text)).collect::<Result<_, _>>()?;
        let mut batches: Vec<&[Vec<u32>]> = Vec::new();
        let (mut start, mut size) = (0, 0);
        for (at, text) in tokens.iter().enumerate() {
            if at > start && size + text.len() > BATCH_TOKENS {
                batches.push(&tokens[start..at]);
                (start, size) = (at, 0);
            }
            size += text.len();
        }
        batches.push(&tokens[start..]);
        let parts: Vec<Array2<f32>> = batches.into_par_iter().map(|batch| self.tower.vectors(batch)).collect();
        let mut rows = Array2::zeros((different.len(), self.dimension()));
        for (mut row, vector) in rows.rows_mut().into_iter().zip(parts.iter().flat_map(|part| part.rows())) {
            row.assign(&vector);
        }
        match different.iter().zip(rows.rows()).find(|(_, row)| !row.iter().all(|x| x.is_finite())) {
            Some((text, _)) => Err(EmbedError::NotFinite { bytes: text.len() }),
            None => Ok(Vectors { rows, of_text }),
        }
    }
}

/// Likeness of two vectors of length 1.
fn cosine(a: &ArrayView1<f32>, b: &ArrayView1<f32>) -> f64 {
    let cosine: f64 = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    cosine.clamp(0.0, 1.0)
}

impl Likeness for Embedding {
    fn name(&self) -> &str {
        self.name()
    }

    /// As [`Embedding::similarities`], which also says why a text has no vector; here such a call gives no number for any pair,
    /// and nothing is paid.
    fn likeness(&self, pairs: &[(&str, &str)]) -> Vec<f64> {
        self.similarities(pairs).unwrap_or_else(|_| vec![f64::NAN; pairs.len()])
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn negative_cosines_are_0() {
        let east = array![1.0, 0.0];
        for (other, expected) in [
            (array![1.0, 0.0], 1.0),
            (array![0.5, 0.75_f32.sqrt()], 0.5),
            (array![-0.8, 0.6], 0.0),
            (array![0.0, 0.0], 0.0),
        ] {
            let found = cosine(&east.view(), &other.view());
            assert!((found - expected).abs() < 1e-12, "{other}: {found}");
        }
    }
}
