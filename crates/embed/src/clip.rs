//! The text tower of a CLIP checkpoint, with or without its tower for images.

use serde_json::{Map, Value, json};

use crate::{
    EmbedError,
    config::{CONFIG, Pooling, Sizes},
    folder::Folder,
    layer::{Attention, Linear},
    tower::{Block, Tower},
    weights::Weights,
};

/// Longest projection that is read.
const MOST_PROJECTED: usize = 1 << 13;

/// What transformers takes where `config.json` does not say.
fn defaults() -> Value {
    json!({
        "vocab_size": 49408,
        "hidden_size": 512,
        "intermediate_size": 2048,
        "num_hidden_layers": 12,
        "num_attention_heads": 8,
        "max_position_embeddings": 77,
        "hidden_act": "quick_gelu",
        "layer_norm_eps": 1e-5,
        "eos_token_id": 49407,
    })
}

/// Where the vector of a text stands. An end of 2, which old checkpoints state, means the highest token.
fn pooling(folder: &Folder, under: Option<&str>, sizes: &Sizes) -> Result<Pooling, EmbedError> {
    match sizes.eos_token_id.as_ref().and_then(Value::as_u64) {
        Some(2) => Ok(Pooling::Highest),
        Some(end) if end < sizes.vocab_size as u64 => Ok(Pooling::At(end as u32)),
        _ => {
            let field = under.map_or_else(|| "eos_token_id".to_owned(), |under| format!("{under}.eos_token_id"));
            let problem = format!("is no token of a vocabulary of {}", sizes.vocab_size);
            Err(folder.field(CONFIG, &field, problem, "the number of <|endoftext|> stands there"))
        }
    }
}

/// Reads the tower. `config` is that of a whole checkpoint, with the tower's in a field, or of a text tower alone.
pub(crate) fn read(folder: &Folder, config: &Map<String, Value>) -> Result<(Tower, Weights), EmbedError> {
    // Where both fields stand, transformers takes the older one.
    let parts =
        ["text_config_dict", "text_config"].iter().find_map(|under| Some((*under, config.get(*under)?.as_object()?)));
    let (under, fields) = parts.map_or((None, config), |(under, fields)| (Some(under), fields));
    let sizes = Sizes::of(folder, under, defaults(), fields)?;
    let pooling = pooling(folder, under, &sizes)?;
    let mut weights = Weights::open(folder)?;
    let (width, epsilon) = (sizes.hidden_size, sizes.epsilon);
    let words = weights.table("text_model.embeddings.token_embedding.weight", sizes.vocab_size, width)?;
    let places =
        weights.table("text_model.embeddings.position_embedding.weight", sizes.max_position_embeddings, width)?;
    let blocks = (0..sizes.num_hidden_layers).map(|at| {
        let name = |part: &str| format!("text_model.encoder.layers.{at}.{part}");
        Ok(Block {
            attention: Attention {
                query: weights.linear(&name("self_attn.q_proj"), width, width)?,
                key: weights.linear(&name("self_attn.k_proj"), width, width)?,
                value: weights.linear(&name("self_attn.v_proj"), width, width)?,
                output: weights.linear(&name("self_attn.out_proj"), width, width)?,
                heads: sizes.num_attention_heads,
                causal: true,
            },
            attention_norm: weights.norm(&name("layer_norm1"), width, epsilon)?,
            up: weights.linear(&name("mlp.fc1"), width, sizes.intermediate_size)?,
            down: weights.linear(&name("mlp.fc2"), sizes.intermediate_size, width)?,
            linear_norm: weights.norm(&name("layer_norm2"), width, epsilon)?,
        })
    });
    let blocks = blocks.collect::<Result<_, EmbedError>>()?;
    let last = Some(weights.norm("text_model.final_layer_norm", width, epsilon)?);
    let projected = match weights.shape("text_projection.weight") {
        Some([projected @ 1..=MOST_PROJECTED, _]) => *projected,
        // Missing or of another shape, which is told below.
        _ => width,
    };
    let weight = weights.table("text_projection.weight", projected, width)?;
    let projection = Some(Linear { weight, bias: None });
    Ok((Tower { sizes, words, places, first: None, blocks, last, before: true, pooling, projection }, weights))
}
