//! WebDataset: a tar whose members of one key are one sample: `<key>.json` and `<key>.0.jpg`, `<key>.1.jpg` …

use scene::Whole;
use serde_json::json;

use super::{Shown, Writer, Written, prompt, tar::Tar, target};
use crate::CorpusError;

/// Samples being written.
pub(super) struct Samples {
    out: Tar,
}

impl Samples {
    pub(super) fn new(out: Whole) -> Self {
        Self { out: Tar::new(out) }
    }
}

impl Writer for Samples {
    fn row(&mut self, &Shown { row, pictures, .. }: &Shown) -> Result<(), CorpusError> {
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
        self.out.put(&format!("{}.json", row.id), &text)?;
        for (at, picture) in pictures.iter().enumerate() {
            let ending = picture.path.rsplit('.').next().unwrap_or("jpg");
            self.out.put(&format!("{}.{at}.{ending}", row.id), &picture.bytes)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Written, CorpusError> {
        Ok(Written::from(self.out.finish()?))
    }
}
