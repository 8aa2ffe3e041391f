//! `isovist validate`: SpatialEvo's requests, answered in its format.

use std::{
    error::Error,
    io::{BufWriter, Write as _, stdout},
    path::PathBuf,
    time::Instant,
};

use rayon::prelude::*;
use serde_json::{Value, json};
use spatialevo::Settings;

use crate::{
    ask::known_profile,
    open::Shelf,
    requests::{Requests, open_all, opened, read},
};

/// Validate and answer questions in SpatialEvo's request and response format.
///
/// A file holds one request, or one a line; every one gets a response, and whether its question is valid stands in it
/// (docs/spatialevo.md). Exit status: 0 if all were processed, 2 for input that is no JSON.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ValidateArgs {
    /// File of requests; `-` reads standard input
    file: PathBuf,
    /// Where the scenes are: a folder of scenes; left out, the built-in ones
    #[arg(long, value_name = "DIR")]
    scenes: Option<String>,
    /// Named set of definitions
    #[arg(long, default_value = "isovist")]
    profile: String,
    /// Leave proofs out
    #[arg(long)]
    no_proof: bool,
    /// State the time each request took, `runtime_ms`; the output is then another at every run
    #[arg(long)]
    timing: bool,
}

const EXAMPLES: &str = r#"Examples:
  isovist validate request.json
  isovist validate requests.jsonl --scenes flats/ > responses.jsonl
  isovist check responses.jsonl --scenes flats/
  echo '{"task_type": "absolute_distance", "scene_id": "kitchen",
         "question": "How far is the white vase from the fridge?"}' | isovist validate -"#;

/// Requests that are answered before the next are: bounds the memory that responses take.
const AT_ONCE: usize = 4096;

/// Runs the command.
pub(crate) fn run(args: &ValidateArgs) -> Result<(), Box<dyn Error>> {
    let settings = Settings { profile: known_profile(&args.profile)?, proof: !args.no_proof };
    let mut shelf = Shelf::with(args.scenes.as_deref())?;
    let requests = read(&args.file)?;
    let answer = |shelf: &Shelf, request: &Value| {
        let start = Instant::now();
        let mut response = spatialevo::validate(request, settings, |id| opened(shelf, id));
        if args.timing && response.get("runtime_ms").is_some() {
            response["runtime_ms"] = json!(start.elapsed().as_secs_f64() * 1e3);
        }
        response
    };
    let mut out = BufWriter::new(stdout().lock());
    match requests {
        Requests::One(request) => {
            open_all(&mut shelf, [&request]);
            writeln!(out, "{}", serde_json::to_string_pretty(&answer(&shelf, &request))?)?;
        }
        Requests::Lines(requests) => {
            for some in requests.chunks(AT_ONCE) {
                open_all(&mut shelf, some);
                let responses: Vec<String> =
                    some.par_iter().map(|request| answer(&shelf, request).to_string()).collect();
                responses.iter().try_for_each(|response| writeln!(out, "{response}"))?;
            }
        }
    }
    Ok(out.flush()?)
}
