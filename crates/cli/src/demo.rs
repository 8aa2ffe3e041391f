//! `isovist demo`: the main job on real scenes, in a few seconds.

use std::{
    error::Error,
    fs,
    io::{Write as _, stdout},
    path::{Path, PathBuf},
};

use ::corpus::{Drawing, Source, Tally};
use language::Format;
use question::{catalogue, evaluate, print, prove, readable, task};
use rooms::{FlatConfig, Kinds, build_flat};
use scene::{Scene, builtin, read_scene, write_scene};

use crate::{
    ask::{book, known_profile, read},
    film::Film,
    open::open_scene,
    page::{Proved, page},
};

/// Show what this does, on the embedded scenes.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// Where to write the questions and the page
    #[arg(short, long, default_value = "isovist-demo", value_name = "DIR", value_parser = crate::output::folder())]
    output: PathBuf,
}

const PROVED: &str = "How far is the white vase from the fridge?";
const IN_A_PICTURE: &str = "In image rgb_0, which is closer to the camera, the mug or the white vase?";
const AMBIGUOUS: &str = "How many chairs are there?";
const INVALID: &str = "How far is the vase from the fridge?";
/// Shown in every format.
const IN_ALL_FORMATS: &str = "absolute_distance";
/// Embedded rooms beside the kitchen.
const ROOMS: usize = 40;
/// The flat for tasks that need the outline of a floor, which the others do not have.
const FLAT: FlatConfig = FlatConfig { seed: 1, rooms: (2, 2) };
/// Its folder; the other scenes are built in, this one who checks the questions must be given.
const FLATS: &str = "flats";
/// What is seen of it.
const FILM: Film = Film { frames: 12, size_px: [160, 120] };

/// Runs the command.
pub(crate) fn run(args: &DemoArgs) -> Result<(), Box<dyn Error>> {
    let (profile, book) = (known_profile("isovist")?, book()?);
    let kitchen = open_scene(builtin::KITCHEN)?;
    let mut out = stdout().lock();
    writeln!(
        out,
        "A real kitchen ({} objects), {ROOMS} annotated rooms and a flat built from nothing, one question of every task:\n",
        kitchen.objects().len()
    )?;
    let kitchen = Source::from(kitchen);
    let rooms: Vec<Source> = builtin::names()
        .filter(|name| *name != builtin::KITCHEN)
        .take(ROOMS)
        .filter_map(builtin::open)
        .map(|scene| scene.map(Source::from))
        .collect::<Result<_, _>>()?;
    let flats_at = args.output.join(FLATS);
    let flat = Source::from(flat(&flats_at)?);
    let (mut lines, mut tally) = (String::new(), Tally::new());
    let (mut certified, mut without) = (Vec::new(), Vec::new());
    let drawing = Drawing { book, profile, seed: 1, proofs: true };
    for task in catalogue() {
        let mut from = |sources: &[Source]| drawing.rows(sources, task, &[Format::FreeForm], 1, &mut tally).pop();
        let one = std::slice::from_ref;
        let Some(row) = from(one(&kitchen)).or_else(|| from(&rooms)).or_else(|| from(one(&flat))) else {
            without.push(task.name.as_str());
            continue;
        };
        let answer = print::answer_with_tolerance(&row.answer);
        writeln!(out, "  [{}] {}\n      {answer}", row.scene, row.text.replace('\n', " "))?;
        lines += &serde_json::to_string(&row)?;
        lines.push('\n');
        let source = [&kitchen, &flat].into_iter().chain(&rooms).find(|source| source.scene.id() == row.scene);
        if let (Some(source), Some(proof)) = (source, row.proof) {
            checker::check(&source.scene, &source.sha256, &serde_json::to_value(&proof)?)?;
            certified.push((&source.scene, row.text, proof));
        }
    }
    writeln!(out, "\n{} answers, every proof accepted by the independent checker.", certified.len())?;
    if !without.is_empty() {
        writeln!(out, "No certain question was drawn for: {}.", without.join(", "))?;
    }
    if let Some(task) = task(IN_ALL_FORMATS) {
        writeln!(out, "\nThe same can be asked with options, wrong ones being provably wrong, or as a statement:")?;
        for formats in [&[Format::MultipleChoice], &[Format::TrueFalse]] {
            for row in drawing.rows(std::slice::from_ref(&kitchen), task, formats, 1, &mut tally) {
                writeln!(out, "  {}\n      {}", row.text.replace('\n', "\n  "), row.answer_text)?;
            }
        }
    }
    writeln!(out, "\nNot every question has one answer:")?;
    for text in [AMBIGUOUS, INVALID] {
        let question = read(&kitchen.scene, text)?.question;
        writeln!(
            out,
            "  {text}\n      {}",
            print::verdict(profile, &question, &evaluate(&kitchen.scene, &question, profile))
        )?;
    }
    let mut explained = Vec::new();
    for text in [PROVED, IN_A_PICTURE] {
        let question = read(&kitchen.scene, text)?.question;
        let (verdict, proof) = prove(&kitchen.scene, &question, profile, &kitchen.sha256);
        let Some(proof) = proof else { return Err("a question of the demo has no certain answer".into()) };
        let steps = readable::steps(&kitchen.scene, &proof);
        writeln!(out, "\nWhy? {text}\n      {}\n{steps}", print::verdict(profile, &question, &verdict))?;
        explained.push(proof);
    }
    let [proof, in_a_picture] = &explained[..] else { return Err("two questions are explained".into()) };
    fs::create_dir_all(&args.output).map_err(|error| format!("{}: {error}", args.output.display()))?;
    let (rows_at, page_at) = (args.output.join("questions.jsonl"), args.output.join("index.html"));
    scene::file::replace(&rows_at, lines.as_bytes())?;
    for (file, bytes) in builtin::KITCHEN_IMAGES {
        let place = args.output.join(file);
        fs::create_dir_all(place.parent().unwrap_or(&args.output))?;
        scene::file::replace(&place, bytes)?;
    }
    let proved = |(scene, text, proof)| Proved { scene, text, proof, folder: &args.output };
    let others: Vec<Proved> =
        certified.iter().map(|(scene, text, proof)| proved((*scene, text.as_str(), proof))).collect();
    let first = proved((&kitchen.scene, PROVED, proof));
    let second = proved((&kitchen.scene, IN_A_PICTURE, in_a_picture));
    scene::file::replace(&page_at, page(&first, &second, &others).as_bytes())?;
    writeln!(out, "Written: {} and {} (open it in a browser).", rows_at.display(), page_at.display())?;
    writeln!(out, "Check them: isovist check {} --scenes {}", rows_at.display(), flats_at.display())?;
    writeln!(
        out,
        "Next: isovist ask kitchen \"{PROVED}\" --why · isovist scenes ls · isovist catalogue · isovist gen kitchen -o qa.jsonl"
    )?;
    Ok(())
}

/// Builds and films the flat in this folder.
fn flat(folder: &Path) -> Result<Scene, Box<dyn Error>> {
    let flat = build_flat(Kinds::builtin()?, &FLAT, 0)?;
    let place = folder.join(flat.scene.id());
    let mut parts = flat.scene.parts().clone();
    parts.frames = FILM.shoot(&flat, &place)?;
    write_scene(&Scene::new(parts)?, &place)?;
    Ok(read_scene(&place)?)
}
