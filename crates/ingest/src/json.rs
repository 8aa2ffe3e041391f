//! Published JSON files: strict reading with the path of the field in every message.

use std::{fmt, marker::PhantomData, path::Path};

use scene::json::JsonFault;
use serde::{Deserialize, Deserializer, de, de::DeserializeOwned};

use crate::IngestError;

/// Reads a whole JSON file.
pub(crate) fn read_json<T: DeserializeOwned>(file: &Path) -> Result<T, IngestError> {
    let text = scene::file::read_text(file)?;
    scene::json::read_json(text.as_bytes()).map_err(|fault| {
        let JsonFault { line, column, field, problem, is_syntax } = fault;
        let hint = if is_syntax {
            "the text breaks off or is not JSON at this place"
        } else {
            "is this the published file, of the version this reader knows?"
        };
        IngestError::Json { file: file.to_owned(), line, column, field, problem, hint }
    })
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
