//! WebDataset: a tar whose members of one key are one sample: `<key>.json` and `<key>.0.jpg`, `<key>.1.jpg` …

use scene::{Digest, Whole};
use serde_json::json;

use super::{Writer, prompt, target};
use crate::{CorpusError, Row, pictures::Picture};

/// A tar being written; no member has a date or an owner.
pub(super) struct Tar {
    out: tar::Builder<Whole>,
}

impl Tar {
    pub(super) fn new(out: Whole) -> Self {
        Self { out: tar::Builder::new(out) }
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), CorpusError> {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_cksum();
        Ok(self.out.append_data(&mut header, name, bytes)?)
    }
}

impl Writer for Tar {
    fn row(&mut self, row: &Row, pictures: &[Picture]) -> Result<(), CorpusError> {
        let value = json!({
            "id": row.id,
            "scene": row.scene,
            "task": row.task,
            "format": row.format,
            "question": prompt(row, pictures),
            "answer": row.answer_text,
            "target": target(row),
        });
        let text = serde_json::to_vec(&value).map_err(std::io::Error::other)?;
        self.put(&format!("{}.json", row.id), &text)?;
        for (at, picture) in pictures.iter().enumerate() {
            let ending = picture.path.rsplit('.').next().unwrap_or("jpg");
            self.put(&format!("{}.{at}.{ending}", row.id), &picture.bytes)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Digest, CorpusError> {
        Ok(self.out.into_inner()?.finish()?)
    }
}
