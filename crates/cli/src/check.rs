//! `isovist check`: proofs, checked by independent code.

use std::{
    collections::HashMap,
    error::Error,
    fs::File,
    io::{BufRead as _, BufReader, Write as _, stdout},
    path::PathBuf,
    process::ExitCode,
};

use scene::{Scene, scene_sha256};
use serde_json::Value;

use crate::open::{open_scene, open_scenes};

/// Check proofs by independent means.
///
/// A file holds one proof, or one JSON object a line: proofs, or rows with a `proof`.
/// Exit status: 0 if all are accepted, 1 if any is rejected, 2 for an error.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// Files of proofs
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where the scenes are: a folder of scenes; left out, the built-in ones
    #[arg(long, value_name = "DIR")]
    scenes: Option<String>,
}

/// Why a file of proofs could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckError {
    #[error("{file}:{line}: not JSON: {source}")]
    Json { file: String, line: usize, source: serde_json::Error },
    #[error("{file}:{line}: scene: no scene {scene:?} at hand (hint: --scenes DIR)")]
    Scene { file: String, line: usize, scene: String },
    #[error("{file}: no proof in it")]
    Empty { file: String },
}

/// Scenes by id, opened when first needed.
#[derive(Default)]
struct Shelf {
    open: HashMap<String, (Scene, String)>,
}

impl Shelf {
    fn scene(&mut self, id: &str) -> Option<&(Scene, String)> {
        if !self.open.contains_key(id) {
            // Only built-in names: a proof never names a path.
            scene::builtin::open(id)?.ok()?;
            let scene = open_scene(id).ok()?;
            self.put(scene);
        }
        self.open.get(id)
    }

    fn put(&mut self, scene: Scene) {
        let sha256 = scene_sha256(&scene);
        self.open.insert(scene.id().to_owned(), (scene, sha256));
    }
}

/// Runs the command.
pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode, Box<dyn Error>> {
    let mut shelf = Shelf::default();
    if let Some(folder) = &args.scenes {
        open_scenes(folder)?.into_iter().for_each(|scene| shelf.put(scene));
    }
    let (mut accepted, mut rejected) = (0usize, 0usize);
    let mut out = stdout().lock();
    for path in &args.files {
        let file = path.display().to_string();
        for (line, value) in proofs(path)? {
            let proof = value.get("proof").unwrap_or(&value);
            let id = proof.get("scene").and_then(Value::as_str).unwrap_or_default();
            let (scene, sha256) = shelf.scene(id).ok_or_else(|| CheckError::Scene {
                file: file.clone(),
                line,
                scene: id.chars().take(100).collect(),
            })?;
            match checker::check(scene, sha256, proof) {
                Ok(_) => accepted += 1,
                Err(rejection) => {
                    rejected += 1;
                    writeln!(out, "{file}:{line}: rejected: {rejection}")?;
                }
            }
        }
    }
    writeln!(out, "{accepted} accepted, {rejected} rejected")?;
    Ok(if rejected == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The proofs of a file with the line each starts on.
fn proofs(path: &PathBuf) -> Result<Vec<(usize, Value)>, Box<dyn Error>> {
    let file = path.display().to_string();
    if let Ok(value) = serde_json::from_reader(BufReader::new(open(path)?)) {
        return Ok(vec![(1, value)]);
    }
    let mut proofs = Vec::new();
    for (at, line) in BufReader::new(open(path)?).lines().enumerate() {
        let line = line.map_err(|error| format!("{file}:{}: {error}", at + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        let value = serde_json::from_str(&line).map_err(|source| CheckError::Json {
            file: file.clone(),
            line: at + 1,
            source,
        })?;
        proofs.push((at + 1, value));
    }
    if proofs.is_empty() {
        return Err(CheckError::Empty { file }.into());
    }
    Ok(proofs)
}

fn open(path: &PathBuf) -> Result<File, String> {
    File::open(path).map_err(|error| format!("{}: {error}", path.display()))
}
