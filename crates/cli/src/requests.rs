//! Requests from a file or standard input: one JSON value, or one a line.

use std::{
    error::Error,
    io::{Read as _, stdin},
    path::Path,
};

use scene::disk::{MAX_BYTES, read_text, without_mark};
use serde_json::Value;
use spatialevo::Opened;

use crate::open::Shelf;

/// What a file holds.
pub(crate) enum Requests {
    /// One value, over as many lines as it likes.
    One(Value),
    /// One value a line.
    Lines(Vec<Value>),
}

/// Reads the requests of a file; `-` is standard input.
pub(crate) fn read(file: &Path) -> Result<Requests, Box<dyn Error>> {
    let name = file.display();
    let text = if file.as_os_str() == "-" {
        let mut text = String::new();
        stdin().take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|error| format!("standard input: {error}"))?;
        if text.len() as u64 > MAX_BYTES {
            return Err(format!("standard input: longer than {MAX_BYTES} bytes").into());
        }
        without_mark(text)
    } else {
        read_text(file)?
    };
    if let Ok(one) = serde_json::from_str(&text) {
        return Ok(Requests::One(one));
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut requests = Vec::new();
    for (at, line) in lines {
        requests.push(crate::lines::parse(line).map_err(|problem| format!("{name}:{}: {problem}", at + 1))?);
    }
    if requests.is_empty() {
        return Err(format!("{name}: no request in it").into());
    }
    Ok(Requests::Lines(requests))
}

/// Opens every scene that the requests name, as far as there are such.
pub(crate) fn open_all<'r>(shelf: &mut Shelf, requests: impl IntoIterator<Item = &'r Value>) {
    for request in requests {
        if let Some(id) = request.get("scene_id").and_then(Value::as_str) {
            // That there is none is said in the response.
            let _ = shelf.scene(id.trim());
        }
    }
}

/// An opened scene of a shelf.
pub(crate) fn opened<'s>(shelf: &'s Shelf, id: &str) -> Result<Opened<'s>, String> {
    let (scene, sha256) = shelf.opened(id).map_err(|error| error.to_string())?;
    Ok(Opened { scene, sha256 })
}
