//! Published JSON files: strict reading with the path of the field in every message.

use std::{fmt, marker::PhantomData, path::Path};

use serde::{Deserialize, Deserializer, de, de::DeserializeOwned};

use crate::IngestError;

/// Reads a whole JSON file.
pub(crate) fn read_json<T: DeserializeOwned>(file: &Path) -> Result<T, IngestError> {
    let text = scene::file::read_text(file)?;
    // Keeping track of paths takes longer than reading, so it is done only for a text that does not read.
    if let Ok(value) = serde_json::from_str(&text) {
        return Ok(value);
    }
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    let (field, error) = match serde_path_to_error::deserialize(&mut deserializer) {
        Ok(value) => match deserializer.end() {
            Ok(()) => return Ok(value),
            Err(error) => (".".to_owned(), error),
        },
        Err(error) => (error.path().to_string(), error.into_inner()),
    };
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let problem = message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message).to_owned();
    let hint = match error.classify() {
        serde_json::error::Category::Data => "is this the published file, of the version this reader knows?",
        _ => "the text breaks off or is not JSON at this place",
    };
    Err(IngestError::Json { file: file.to_owned(), line, column, field, problem, hint })
}

/// A JSON object in the order of the file, each key once.
#[derive(Debug)]
pub(crate) struct Ordered<T>(pub(crate) Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = Ordered<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut seen = std::collections::BTreeSet::new();
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, T>()? {
                    if !seen.insert(key.clone()) {
                        return Err(de::Error::custom(format_args!("key {key:?} stands twice")));
                    }
                    entries.push((key, value));
                }
                Ok(Ordered(entries))
            }
        }
        deserializer.deserialize_map(Visitor(PhantomData))
    }
}
