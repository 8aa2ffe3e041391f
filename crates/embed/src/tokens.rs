//! Texts as numbers of a vocabulary.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokenizers::{PostProcessor as _, Tokenizer, TruncationParams};

use crate::{EmbedError, folder::Folder};

const FILE: &str = "tokenizer.json";
const HINT: &str = "tokenizer.json and config.json must be of one model";

/// A tokenizer with the bounds of its model.
#[derive(Debug)]
pub(crate) struct Tokens {
    tokenizer: Tokenizer,
    vocabulary: usize,
    lower: bool,
}

/// What the library says, which panics on some damaged tokenizers.
fn guarded<T>(ask: impl FnOnce() -> Result<T, tokenizers::Error>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(ask)) {
        Ok(answer) => answer.map_err(|fault| fault.to_string()),
        Err(_) => Err("the tokenizer contradicts itself".to_owned()),
    }
}

impl Tokens {
    /// Reads a tokenizer. Texts are cut to `most` tokens, those that it adds among them; what its file says of cutting and padding
    /// is passed over.
    pub(crate) fn read(
        folder: &Folder,
        bytes: &[u8],
        most: usize,
        vocabulary: usize,
        lower: bool,
    ) -> Result<Self, EmbedError> {
        let form = |problem| EmbedError::Form { path: folder.path(FILE), problem };
        let mut tokenizer = guarded(|| Tokenizer::from_bytes(bytes)).map_err(form)?;
        let added = guarded(|| Ok(tokenizer.get_post_processor().map_or(0, |last| last.added_tokens(false))));
        let added = added.map_err(form)?;
        if added >= most {
            let problem = format!("adds {added} tokens where {most} are all");
            return Err(folder.field(FILE, "post_processor", problem, HINT));
        }
        let highest = tokenizer.get_vocab(true).into_values().max().unwrap_or(0);
        if highest as usize >= vocabulary {
            let problem = format!("token {highest} is beyond the {vocabulary} of config.json");
            return Err(folder.field(FILE, "model.vocab", problem, HINT));
        }
        tokenizer.with_padding(None);
        // A reply that writes the end token writes five letters and some marks, and ends nothing.
        tokenizer.set_encode_special_tokens(true);
        let cut = TruncationParams { max_length: most, ..TruncationParams::default() };
        guarded(|| tokenizer.with_truncation(Some(cut)).map(|_| ())).map_err(form)?;
        let tokens = Self { tokenizer, vocabulary, lower };
        // One that cannot read its own words is told before it is asked for a million.
        tokens.encoded("a 1").map_err(form)?;
        Ok(tokens)
    }

    /// The tokens of a text, at most as many as the model takes.
    pub(crate) fn of(&self, text: &str) -> Result<Vec<u32>, EmbedError> {
        self.encoded(text).map_err(|problem| EmbedError::Text { bytes: text.len(), problem })
    }

    fn encoded(&self, text: &str) -> Result<Vec<u32>, String> {
        let encoding = guarded(|| {
            if self.lower {
                self.tokenizer.encode_fast(text.to_lowercase(), true)
            } else {
                self.tokenizer.encode_fast(text, true)
            }
        })?;
        let tokens = encoding.get_ids().to_vec();
        let most = self.tokenizer.get_truncation().map_or(0, |cut| cut.max_length);
        if tokens.len() > most {
            return Err(format!("{} tokens where {most} are all", tokens.len()));
        }
        match tokens.iter().find(|token| **token as usize >= self.vocabulary) {
            Some(token) => Err(format!("token {token} is beyond the {} of config.json", self.vocabulary)),
            None => Ok(tokens),
        }
    }
}
