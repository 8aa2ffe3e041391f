//! Likeness of texts by a model that lies in a local folder, as Hugging Face's libraries write it.
//!
//! | file | subject |
//! |---|---|
//! | [`mod@embedding`] | a model that is open: unit vectors of texts, likeness of pairs |
//! | `bert`, `clip` | the two forms of models that are read: sentence embeddings of BERT's form, the text tower of a CLIP checkpoint |
//! | `tower` | what both are made of: layers, run on texts of all lengths laid end to end |
//! | `layer` | linear layer, normalisation, attention, activations |
//! | `tokens` | texts as numbers of a vocabulary |
//! | `config`, `weights`, `folder` | files of the folder, read within bounds |
//! | [`mod@error`] | why a folder is no model, or a text has no vector |
//!
//! The likeness of two texts is the cosine of their vectors, negative ones as 0: 3D-R1's semantic reward is the bare cosine of CLIP,
//! and a reward's parts lie in [0, 1]. A text of blanks is like nothing.
//!
//! Both towers are 300 lines on ndarray's products of matrices and agree with transformers to 10⁻⁵, where candle 0.11 would bring 165
//! crates and 274 s of units. Texts become tokens by the `tokenizers` library, the one that models are made with, on a regex engine
//! in Rust.
//!
//! Nothing is downloaded, nothing is unpickled, and every size that a file states is held against a bound and against the tensors
//! before memory is asked for. The last bits of a vector depend on the processor; a vector does not depend on the texts beside it.

mod bert;
mod clip;
mod config;
pub mod embedding;
pub mod error;
mod folder;
mod layer;
mod tokens;
mod tower;
mod weights;

pub use embedding::Embedding;
pub use error::EmbedError;
