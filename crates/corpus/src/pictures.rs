//! Which pictures a row shows, and their bytes.

use std::collections::BTreeMap;

use question::{Question, Term, subjects};
use render::choose_views;
use scene::{LEAST_VISIBLE, ObjectId};

use crate::{CorpusError, Fact, Row, Source, marks::drawn, scenes::Listed};

/// The frames that a question names, all of them; where it names none, so many that show its objects best together, each in
/// one of them, or none. In the order of the scene.
pub(crate) fn shown(fact: &Fact, most: usize) -> Vec<String> {
    let scene = &fact.source.scene;
    let (objects, named) = subjects(scene, &fact.question);
    if !named.is_empty() {
        return scene.frames().iter().map(|frame| &frame.name).filter(|name| named.contains(*name)).cloned().collect();
    }
    // What comes first in the sequence, only all of it shows.
    if let Question::Order { of: Term::FirstSeen { .. }, .. } | Question::Pick { of: Term::FirstSeen { .. }, .. } =
        &fact.question
    {
        let all = scene.frames();
        return if all.len() <= most { all.iter().map(|frame| frame.name.clone()).collect() } else { Vec::new() };
    }
    let objects: Vec<ObjectId> = objects.into_iter().map(|at| scene.objects()[at].id).collect();
    let chosen: Vec<String> =
        choose_views(scene.frames(), &objects, most, |_| 0.0).into_iter().map(|chosen| chosen.frame).collect();
    let is_seen = |frame: &String, id: ObjectId| {
        scene.visible_fraction(frame, id).is_some_and(|fraction| fraction >= LEAST_VISIBLE)
    };
    // What is in no picture cannot be told from them.
    if !objects.iter().all(|id| chosen.iter().any(|frame| is_seen(frame, *id))) {
        return Vec::new();
    }
    scene.frames().iter().map(|frame| &frame.name).filter(|name| chosen.contains(name)).cloned().collect()
}

/// A picture of a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// `<scene>/<frame>.<png or jpg>`, below `images/`; `<scene>/<row>/<frame>.png` where boxes are drawn on it.
    pub path: String,
    /// The file: as it is, or with boxes.
    pub bytes: Vec<u8>,
    /// Its SHA-256; of a file as it is, as the scene has it.
    pub sha256: String,
}

/// Pictures read so far, of the scenes of one part.
#[derive(Debug, Default)]
pub(crate) struct Album {
    pictures: BTreeMap<String, Picture>,
    bytes: usize,
}

/// Most bytes of pictures that are kept for the next row.
const MOST_KEPT_BYTES: usize = 96 << 20;

impl Album {
    /// The pictures of a row's frames, with its marks; frames without a picture are passed over.
    pub(crate) fn of(&mut self, listed: &Listed, source: &Source, row: &Row) -> Result<Vec<Picture>, CorpusError> {
        let mut pictures = Vec::with_capacity(row.frames.len());
        for name in &row.frames {
            let Some(frame) = source.scene.frame(name) else { continue };
            let (Some(folder), Some(colour)) = (listed.folder(), &frame.colour) else { continue };
            let ending = match std::path::Path::new(&colour.file).extension() {
                Some(ending) if ending.eq_ignore_ascii_case("png") => "png",
                _ => "jpg",
            };
            let path = format!("{}/{name}.{ending}", source.scene.id());
            if let Some(known) = self.pictures.get(&path) {
                pictures.push(drawn(known, name, row)?);
                continue;
            }
            let place = folder.join(&colour.file);
            let bytes = scene::disk::read_bytes(&place)?;
            if scene::file::sha256_hex(&bytes) != colour.sha256 {
                return Err(CorpusError::Output {
                    file: place,
                    problem: "is not the picture that the scene names".into(),
                    hint: "import the scene again",
                });
            }
            let picture = Picture { path: path.clone(), bytes, sha256: colour.sha256.clone() };
            if self.bytes + picture.bytes.len() > MOST_KEPT_BYTES {
                self.pictures.clear();
                self.bytes = 0;
            }
            self.bytes += picture.bytes.len();
            pictures.push(drawn(&picture, name, row)?);
            self.pictures.insert(path, picture);
        }
        Ok(pictures)
    }
}
