//! `isovist name`: names of one's own for things of a scene, each verified.

use std::{
    error::Error,
    io::{Write as _, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use language::{
    PhraseBook,
    naming::{Claim, LEAST_IOU, name_things},
};
use scene::{builtin, read_scene, write_scene};
use serde_json::json;

use crate::lines::{LineError, Lines, parse_row};

/// Give things of a scene names of your own, each verified.
///
/// Each row has a text and the boxes that were found for it, in a picture or in space, by whoever looked for it. It becomes
/// a name if exactly one box was found, exactly one thing has that box, and nothing else is called so; then questions take
/// it, and corpora ask with it where no label tells the thing from its like. The scene file is replaced, so that its hash
/// changes. Exit status: 0 if every text became a name, 1 otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct NameArgs {
    /// Scene folder or its scene.json
    scene: PathBuf,
    /// JSON lines: `{"text", "frame", "boxes_px": [[left, top, right, bottom]]}`, or `{"text", "boxes_m": [{"centre_m",
    /// "extent_m", "axes"}]}`; with `"object"` where the number of the thing is known; `-`: standard input
    texts: PathBuf,
    /// Overlap (intersection over union) of the two boxes that must be exceeded
    #[arg(long, value_name = "SHARE", default_value_t = LEAST_IOU, value_parser = share)]
    least_iou: f64,
    /// Say what would become of each text, and leave the scene as it is
    #[arg(long)]
    dry_run: bool,
    /// Print JSON, a line a text
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist name scenes/kitchen references.jsonl
  isovist name scenes/kitchen references.jsonl --least-iou 0.5 --dry-run --json";

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..1.0).contains(share));
    share.ok_or_else(|| format!("{text:?}: expected a number from 0 to below 1"))
}

/// Runs the command.
pub(crate) fn run(args: &NameArgs) -> Result<ExitCode, Box<dyn Error>> {
    let folder = crate::open::folder_of(&args.scene);
    if !args.scene.exists() && builtin::open(&args.scene.to_string_lossy()).is_some() {
        let hint = "`isovist scenes export` writes it into a folder";
        return Err(format!("{}: a built-in scene cannot be changed (hint: {hint})", args.scene.display()).into());
    }
    let scene = read_scene(&args.scene)?;
    let (claims, lines): (Vec<Claim>, Vec<usize>) = read(&args.texts)?.into_iter().unzip();
    let (named, outcomes) = name_things(PhraseBook::builtin()?, &scene, &claims, args.least_iou)?;
    let accepted = outcomes.iter().flatten().count();
    if accepted > 0 && !args.dry_run {
        write_scene(&named, folder)?;
    }
    let mut out = stdout().lock();
    for ((claim, line), outcome) in claims.iter().zip(lines).zip(&outcomes) {
        if args.json {
            let outcome = match outcome {
                Ok(named) => json!({ "named": named }),
                Err(reason) => json!({ "refused": reason, "message": reason.to_string() }),
            };
            writeln!(out, "{}", json!({ "line": line, "text": claim.text, "outcome": outcome }))?;
        } else {
            match outcome {
                Ok(named) => writeln!(out, "{} is {:?} (overlap {:.2})", named.object, named.name, named.iou)?,
                Err(reason) => writeln!(out, "{}:{line}: refused: {reason}", args.texts.display())?,
            }
        }
    }
    let would = if args.dry_run { "would become" } else { "became" };
    eprintln!("{accepted} of {} texts {would} names", claims.len());
    Ok(ExitCode::from(u8::from(accepted < claims.len())))
}

/// The claims of a file, each with its line.
fn read(path: &Path) -> Result<Vec<(Claim, usize)>, LineError> {
    let mut lines = Lines::open(path)?;
    let mut claims = Vec::new();
    while let Some((number, line)) = lines.next()? {
        claims.push((parse_row(&line).map_err(|problem| lines.fault(number, problem))?, number));
    }
    Ok(claims)
}
