//! A pack: many scenes in one gzip file, each of which opens without touching the others.
//!
//! The file is a row of gzip members, so `gunzip` and `zcat` read it as one text. The first member is the index, one JSON
//! object with format, version and `[id, compressed bytes]` of every following member in ascending order of id;
//! each following member is the canonical text of one scene. Same scenes, same bytes: there is no time stamp.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    ops::Range,
};

use flate2::{Compression, GzBuilder, bufread::GzDecoder};
use serde::{Deserialize, Serialize};

use crate::{FileError, Scene, file::MAX_BYTES, parse_scene, scene_text};

const FORMAT: &str = "isovist-pack";
const VERSION: u32 = 1;

/// Why bytes are no pack, or scenes cannot be packed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The compressed bytes are damaged or cut off.
    #[error("{origin}: {part} cannot be unpacked: {source} (hint: write the pack again)")]
    Gzip {
        /// Name of the pack.
        origin: String,
        /// `index`, or the scene.
        part: String,
        /// What the decompressor said.
        source: std::io::Error,
    },
    /// The index is not one of a pack.
    #[error("{origin}: index: {problem} (hint: `isovist scenes pack` writes packs)")]
    Index {
        /// Name of the pack.
        origin: String,
        /// What is wrong, with the value found.
        problem: String,
    },
    /// A scene in the pack is not one.
    #[error(transparent)]
    Scene(#[from] FileError),
    /// Two scenes of one name.
    #[error("scene {0:?} stands twice (hint: rename one; a pack opens scenes by name)")]
    Duplicate(String),
    /// A scene with points, which a pack does not hold.
    #[error("scene {0:?} has points, which a pack does not hold (hint: keep it as a folder)")]
    Points(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    format: String,
    version: u32,
    scenes: Vec<(String, u64)>,
}

/// Bytes of a pack with their index.
#[derive(Debug, Clone)]
pub struct Pack<'a> {
    origin: String,
    /// All members after the index.
    bytes: &'a [u8],
    /// Where each scene's member lies in `bytes`.
    members: BTreeMap<String, Range<usize>>,
}

/// One gzip member without name or time.
pub fn gzip(text: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

/// Text of the first gzip member of `bytes` (at most [`MAX_BYTES`]), and the bytes after it.
pub fn gunzip(bytes: &[u8]) -> std::io::Result<(String, &[u8])> {
    let mut decoder = GzDecoder::new(bytes);
    let mut text = String::new();
    (&mut decoder).take(MAX_BYTES).read_to_string(&mut text)?;
    if text.len() as u64 == MAX_BYTES {
        return Err(std::io::Error::other(format!("unpacks to {MAX_BYTES} bytes or more")));
    }
    Ok((text, decoder.into_inner()))
}

/// The bytes of a pack with these scenes, in ascending order of id whatever order they come in.
pub fn write_pack<'a>(scenes: impl IntoIterator<Item = &'a Scene>) -> Result<Vec<u8>, PackError> {
    let failed = |part: &str, source| PackError::Gzip { origin: "new pack".into(), part: part.to_owned(), source };
    let mut members = BTreeMap::new();
    for scene in scenes {
        if !scene.parts().points.is_empty() {
            return Err(PackError::Points(scene.id().to_owned()));
        }
        let member = gzip(&scene_text(scene)).map_err(|e| failed(scene.id(), e))?;
        if members.insert(scene.id().to_owned(), member).is_some() {
            return Err(PackError::Duplicate(scene.id().to_owned()));
        }
    }
    let index = Index {
        format: FORMAT.to_owned(),
        version: VERSION,
        scenes: members.iter().map(|(id, member)| (id.clone(), member.len() as u64)).collect(),
    };
    let index = serde_json::to_string(&index).map_err(|e| failed("index", std::io::Error::other(e)))?;
    let mut bytes = gzip(&(index + "\n")).map_err(|e| failed("index", e))?;
    bytes.extend(members.into_values().flatten());
    Ok(bytes)
}

/// Reads the index of a pack; `origin` stands in messages. No scene is unpacked yet.
pub fn read_pack<'a>(bytes: &'a [u8], origin: &str) -> Result<Pack<'a>, PackError> {
    let wrong = |problem: String| PackError::Index { origin: origin.to_owned(), problem };
    let (text, rest) = gunzip(bytes).map_err(|source| PackError::Gzip {
        origin: origin.to_owned(),
        part: "index".to_owned(),
        source,
    })?;
    let index: Index = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    if index.format != FORMAT || index.version != VERSION {
        return Err(wrong(format!("is {:?} version {}, not {FORMAT:?} {VERSION}", index.format, index.version)));
    }
    let mut members = BTreeMap::new();
    let mut at = 0_usize;
    for (id, length) in index.scenes {
        let end = usize::try_from(length).ok().and_then(|length| at.checked_add(length));
        let end = end
            .filter(|end| *end <= rest.len())
            .ok_or_else(|| wrong(format!("scene {id:?} of {length} bytes reaches past the end of the pack")))?;
        if members.insert(id.clone(), at..end).is_some() {
            return Err(wrong(format!("scene {id:?} stands twice")));
        }
        at = end;
    }
    if at != rest.len() {
        return Err(wrong(format!("{} bytes after the last scene", rest.len() - at)));
    }
    Ok(Pack { origin: origin.to_owned(), bytes: rest, members })
}

impl Pack<'_> {
    /// Names of the scenes, ascending.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// Canonical text of one scene; `None` if the pack has no such scene.
    pub fn text(&self, name: &str) -> Option<Result<String, PackError>> {
        let range = self.members.get(name)?.clone();
        Some(gunzip(&self.bytes[range]).map(|(text, _)| text).map_err(|source| PackError::Gzip {
            origin: self.origin.clone(),
            part: format!("scene {name:?}"),
            source,
        }))
    }

    /// One scene, without unpacking the others; `None` if the pack has no such scene.
    pub fn open(&self, name: &str) -> Option<Result<Scene, PackError>> {
        let text = match self.text(name)? {
            Ok(text) => text,
            Err(error) => return Some(Err(error)),
        };
        let scene = parse_scene(&text, &format!("{}:{name}", self.origin)).map_err(PackError::from);
        Some(scene.and_then(|scene| {
            if scene.id() == name {
                return Ok(scene);
            }
            let problem = format!("scene {name:?} calls itself {:?}", scene.id());
            Err(PackError::Index { origin: self.origin.clone(), problem })
        }))
    }
}
