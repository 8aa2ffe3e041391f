//! Settings of a model: `config.json`, and the files in which a sentence embedding states more.

use std::str::FromStr as _;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{EmbedError, folder::Folder, layer::Activation};

/// The main file of settings.
pub(crate) const CONFIG: &str = "config.json";

const SIZE_HINT: &str = "text models that are read here are smaller; take the file as the model's authors published it";

/// Sizes of a tower of layers.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sizes {
    pub(crate) vocab_size: usize,
    pub(crate) hidden_size: usize,
    pub(crate) intermediate_size: usize,
    pub(crate) num_hidden_layers: usize,
    pub(crate) num_attention_heads: usize,
    pub(crate) max_position_embeddings: usize,
    hidden_act: String,
    layer_norm_eps: f64,
    /// Rows of the table that tells first from second texts; CLIP has none.
    #[serde(default)]
    pub(crate) type_vocab_size: usize,
    #[serde(default)]
    position_embedding_type: Option<String>,
    #[serde(default)]
    is_decoder: bool,
    /// The token at the end of a text: CLIP's vector is the one at its place.
    #[serde(default)]
    pub(crate) eos_token_id: Option<Value>,
    #[serde(skip)]
    pub(crate) activation: Activation,
    #[serde(skip)]
    pub(crate) epsilon: f32,
}

/// The main file as it stands.
pub(crate) fn stated(folder: &Folder) -> Result<Map<String, Value>, EmbedError> {
    folder.settings(CONFIG)
}

impl Sizes {
    /// Sizes as `fields` state them, where they do not as `defaults`; `under` is the field of the file that holds them.
    pub(crate) fn of(
        folder: &Folder,
        under: Option<&str>,
        defaults: Value,
        fields: &Map<String, Value>,
    ) -> Result<Self, EmbedError> {
        let mut all = if let Value::Object(defaults) = defaults { defaults } else { Map::new() };
        let given = fields.iter().filter(|(_, value)| !value.is_null());
        all.extend(given.map(|(name, value)| (name.clone(), value.clone())));
        let mut sizes: Self =
            serde_path_to_error::deserialize(Value::Object(all)).map_err(|fault| folder.fault(CONFIG, &fault))?;
        let fault = |field: &str, problem: String, hint: &'static str| {
            let field = under.map_or_else(|| field.to_owned(), |under| format!("{under}.{field}"));
            folder.field(CONFIG, &field, problem, hint)
        };
        for (field, size, most) in [
            ("vocab_size", sizes.vocab_size, 1 << 21),
            ("hidden_size", sizes.hidden_size, 1 << 13),
            ("intermediate_size", sizes.intermediate_size, 1 << 16),
            ("num_hidden_layers", sizes.num_hidden_layers, 1 << 7),
            ("num_attention_heads", sizes.num_attention_heads, 1 << 7),
            ("max_position_embeddings", sizes.max_position_embeddings, 1 << 13),
        ] {
            if !(1..=most).contains(&size) {
                return Err(fault(field, format!("{size} is not in 1 to {most}"), SIZE_HINT));
            }
        }
        if sizes.type_vocab_size > 1 << 8 {
            return Err(fault("type_vocab_size", format!("{} is more than 256", sizes.type_vocab_size), SIZE_HINT));
        }
        let (width, heads) = (sizes.hidden_size, sizes.num_attention_heads);
        if !width.is_multiple_of(heads) {
            let problem = format!("{heads} heads do not part a width of {width} evenly");
            return Err(fault("num_attention_heads", problem, SIZE_HINT));
        }
        if !(sizes.layer_norm_eps > 0.0 && sizes.layer_norm_eps < 0.1) {
            let problem = format!("{} is not above 0 and below 0.1", sizes.layer_norm_eps);
            return Err(fault("layer_norm_eps", problem, "1e-12 for BERT, 1e-5 for CLIP"));
        }
        sizes.epsilon = sizes.layer_norm_eps as f32;
        sizes.activation = Activation::from_str(&sizes.hidden_act)
            .map_err(|()| fault("hidden_act", format!("{:?} is unknown", sizes.hidden_act), Activation::KNOWN))?;
        if let Some(kind) = sizes.position_embedding_type.as_deref().filter(|kind| *kind != "absolute") {
            let problem = format!("{kind:?} is not read");
            return Err(fault("position_embedding_type", problem, "choose a model with absolute positions"));
        }
        if sizes.is_decoder {
            let problem = "a model that writes text is not read".to_owned();
            return Err(fault("is_decoder", problem, "choose a sentence-embedding model"));
        }
        Ok(sizes)
    }
}

/// How the vectors of a text's tokens become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pooling {
    /// That of the first token.
    First,
    /// Their mean.
    Mean,
    /// That of the first token with this number.
    At(u32),
    /// That of the first token with the highest number.
    Highest,
}

/// A step of sentence-transformers.
#[derive(Debug, Deserialize)]
struct Module {
    #[serde(default)]
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SentenceFile {
    max_seq_length: Option<usize>,
    do_lower_case: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TokenizerFile {
    /// A float where there is no bound.
    model_max_length: Option<f64>,
}

/// How a sentence embedding takes texts and gives one vector.
#[derive(Debug)]
pub(crate) struct Sentence {
    pub(crate) pooling: Pooling,
    /// Most tokens of a text.
    pub(crate) most_tokens: usize,
    /// Whether texts are put into lower case before the tokenizer has them.
    pub(crate) lower: bool,
}

impl Sentence {
    /// Reads it; `positions` is what the model has places for.
    pub(crate) fn read(folder: &Folder, positions: usize) -> Result<Self, EmbedError> {
        let modules: Vec<Module> = folder.settings_or_default("modules.json")?;
        for (at, module) in modules.iter().enumerate() {
            let kind = module.kind.rsplit('.').next().unwrap_or_default();
            let path = match kind {
                "Transformer" => "",
                "Pooling" => "1_Pooling",
                "Normalize" => &module.path,
                _ => {
                    let problem = format!("a step of the kind {kind:?} is not taken here");
                    let hint = "choose a model of a transformer, a pooling and a normalisation";
                    return Err(folder.field("modules.json", &format!("[{at}].type"), problem, hint));
                }
            };
            if module.path != path {
                let problem = format!("{:?} is not {path:?}", module.path);
                let hint = "lay the files as sentence-transformers does";
                return Err(folder.field("modules.json", &format!("[{at}].path"), problem, hint));
            }
        }
        let bounds: SentenceFile = folder.settings_or_default("sentence_bert_config.json")?;
        let most_tokens = if let Some(most) = bounds.max_seq_length {
            most.min(positions)
        } else {
            let file: TokenizerFile = folder.settings_or_default("tokenizer_config.json")?;
            let most = file.model_max_length.filter(|most| *most >= 1.0 && *most < positions as f64);
            most.map_or(positions, |most| most as usize)
        };
        Ok(Self { pooling: pooling(folder)?, most_tokens, lower: bounds.do_lower_case })
    }
}

fn pooling(folder: &Folder) -> Result<Pooling, EmbedError> {
    const FILE: &str = "1_Pooling/config.json";
    const HINT: &str = "choose a model that pools by the first token (cls) or by the mean";
    const MEAN: &str = "pooling_mode_mean_tokens";
    let file: Map<String, Value> = folder.settings_or_default(FILE)?;
    let fault = |field: &str, problem: &str| Err(folder.field(FILE, field, problem.to_owned(), HINT));
    match file.get("pooling_mode") {
        None => {}
        Some(Value::String(mode)) if mode == "cls" => return Ok(Pooling::First),
        Some(Value::String(mode)) if mode == "mean" => return Ok(Pooling::Mean),
        Some(mode) => return fault("pooling_mode", &format!("{mode} is not read")),
    }
    // One field a manner; the mean is asked where its field is not there.
    let mut asked = if file.contains_key(MEAN) { Vec::new() } else { vec![MEAN] };
    for (field, value) in file.iter().filter(|(field, _)| field.starts_with("pooling_mode_")) {
        match value {
            Value::Bool(true) => asked.push(field),
            Value::Bool(false) => {}
            _ => return fault(field, &format!("{value} is neither true nor false")),
        }
    }
    match asked[..] {
        [MEAN] => Ok(Pooling::Mean),
        ["pooling_mode_cls_token"] => Ok(Pooling::First),
        [] => fault(MEAN, "no pooling is asked"),
        [other] => fault(other, "is not read"),
        [first, .., last] => fault(last, &format!("is asked together with {first}")),
    }
}
