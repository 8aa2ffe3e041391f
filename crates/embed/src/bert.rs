//! Sentence embeddings of BERT's form: `MiniLM`, GTE, BGE and their kin.

use serde_json::{Map, Value, json};

use crate::{
    EmbedError,
    config::{Sentence, Sizes},
    folder::Folder,
    layer::Attention,
    tower::{Block, Tower},
    weights::Weights,
};

/// What transformers takes where `config.json` does not say.
fn defaults() -> Value {
    json!({
        "vocab_size": 30522,
        "hidden_size": 768,
        "intermediate_size": 3072,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "max_position_embeddings": 512,
        "type_vocab_size": 2,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
    })
}

/// Reads the tower and how texts are taken.
pub(crate) fn read(folder: &Folder, config: &Map<String, Value>) -> Result<(Tower, Sentence, Weights), EmbedError> {
    let sizes = Sizes::of(folder, None, defaults(), config)?;
    let sentence = Sentence::read(folder, sizes.max_position_embeddings)?;
    let mut weights = Weights::open(folder)?.under("bert.", "embeddings.word_embeddings.weight");
    let (width, epsilon) = (sizes.hidden_size, sizes.epsilon);
    let words = weights.table("embeddings.word_embeddings.weight", sizes.vocab_size, width)?;
    let mut places = weights.table("embeddings.position_embeddings.weight", sizes.max_position_embeddings, width)?;
    if sizes.type_vocab_size > 0 {
        // Every text is a first one.
        let kinds = weights.table("embeddings.token_type_embeddings.weight", sizes.type_vocab_size, width)?;
        places += &kinds.row(0);
    }
    let first = Some(weights.norm("embeddings.LayerNorm", width, epsilon)?);
    let blocks = (0..sizes.num_hidden_layers).map(|at| {
        let name = |part: &str| format!("encoder.layer.{at}.{part}");
        Ok(Block {
            attention: Attention {
                query: weights.linear(&name("attention.self.query"), width, width)?,
                key: weights.linear(&name("attention.self.key"), width, width)?,
                value: weights.linear(&name("attention.self.value"), width, width)?,
                output: weights.linear(&name("attention.output.dense"), width, width)?,
                heads: sizes.num_attention_heads,
                causal: false,
            },
            attention_norm: weights.norm(&name("attention.output.LayerNorm"), width, epsilon)?,
            up: weights.linear(&name("intermediate.dense"), width, sizes.intermediate_size)?,
            down: weights.linear(&name("output.dense"), sizes.intermediate_size, width)?,
            linear_norm: weights.norm(&name("output.LayerNorm"), width, epsilon)?,
        })
    });
    let blocks = blocks.collect::<Result<_, EmbedError>>()?;
    let pooling = sentence.pooling;
    let tower = Tower { sizes, words, places, first, blocks, last: None, before: false, pooling, projection: None };
    Ok((tower, sentence, weights))
}
