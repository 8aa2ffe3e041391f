//! `isovist serve`: the judge over HTTP.

use std::{
    error::Error,
    io::{Write as _, stdout},
    net::SocketAddr,
    num::NonZeroUsize,
    path::PathBuf,
    thread::available_parallelism,
    time::Duration,
};

use ::serve::{Config, Limits, Scenes, Token, log};
use clap::ValueEnum;
use serde_json::json;

use crate::{ask::known_profile, judge::known_preset};

/// Answer over HTTP.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = r#"Examples:
  isovist serve judge
  isovist serve judge flats/ --port 8000 --preset spatialevo-solver
  isovist serve judge --host 0.0.0.0 --token-file token --json
  curl -s localhost:8000/v1/judge -d '{"reply": "3", "truth": {"kind": "count", "value": 3}}'"#;

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Reward replies, and play episodes with solvers and questioners
    Judge(JudgeArgs),
}

/// Reward replies over HTTP, in the forms of several trainers, and play episodes over scenes.
///
/// Prints the address once requests are taken, one line; the log goes to standard error. SIGINT and SIGTERM end it
/// when what is in flight is done. docs/service.md is the guide, `/docs` lists the routes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
struct JudgeArgs {
    /// Scenes that requests may name: built-in names, scene folders, folders of scenes; left out, the built-in ones
    scenes: Vec<String>,
    /// What replies are rewarded by where a request names nothing else
    #[arg(long, default_value = "isovist")]
    preset: String,
    /// Whose definitions questions of episodes are asked under
    #[arg(long, default_value = "isovist")]
    profile: String,
    /// Where to listen; any host but this computer itself needs a token
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// Port; 0 takes a free one
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// File of the token that requests must show; left out, that in the variable `ISOVIST_TOKEN`, if it is set
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Longest body, mebibytes
    #[arg(long, value_name = "N", default_value = "8")]
    max_body_mb: NonZeroUsize,
    /// Most rows of a batch
    #[arg(long, value_name = "N", default_value = "16384")]
    max_batch: NonZeroUsize,
    /// Requests judged at the same time; left out, one for each core
    #[arg(long, value_name = "N")]
    concurrency: Option<NonZeroUsize>,
    /// Requests that may be read or wait beside them; more are refused with status 503
    #[arg(long, value_name = "N", default_value_t = 256)]
    queue: usize,
    /// Most connections at the same time
    #[arg(long, value_name = "N", default_value = "512")]
    max_connections: NonZeroUsize,
    /// Seconds from the first byte of a body to the answer
    #[arg(long, value_name = "S", default_value_t = 30.0, value_parser = seconds)]
    timeout_s: f64,
    /// Seconds in which the head of a request must arrive, and in which a client must take something of its answer
    #[arg(long, value_name = "S", default_value_t = 10.0, value_parser = seconds)]
    client_timeout_s: f64,
    /// Scenes that are kept open
    #[arg(long, value_name = "N", default_value_t = 64)]
    cache_scenes: usize,
    /// Most episodes over WebSockets, and as many over HTTP
    #[arg(long, value_name = "N", default_value_t = 256)]
    max_sessions: usize,
    /// Seconds after which an episode that nobody steps is closed
    #[arg(long, value_name = "S", default_value_t = 300.0, value_parser = seconds)]
    session_idle_s: f64,
    /// Weight from which on the log has lines
    #[arg(long, value_enum, default_value_t = Weight::Info)]
    log: Weight,
    /// Print the address and the log as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Weight {
    /// Nothing
    Off,
    /// What is at fault
    Error,
    /// What is odd too
    Warn,
    /// A line a request too
    Info,
}

impl From<Weight> for log::Level {
    fn from(weight: Weight) -> Self {
        match weight {
            Weight::Off => Self::Off,
            Weight::Error => Self::Error,
            Weight::Warn => Self::Warn,
            Weight::Info => Self::Info,
        }
    }
}

/// A time in seconds, more than nothing and at most a day.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(seconds),
        _ => Err("a number of seconds is expected, more than 0 and at most 86400".to_owned()),
    }
}

/// Runs the command.
pub(crate) fn run(args: &ServeArgs) -> Result<(), Box<dyn Error>> {
    let Command::Judge(args) = &args.command;
    // What is no text is refused like any other token that cannot be sent.
    let variable = std::env::var_os("ISOVIST_TOKEN").map(|value| value.to_string_lossy().into_owned());
    let token = Token::find(args.token_file.as_deref(), variable.as_deref())?;
    let jobs = match args.concurrency {
        Some(jobs) => jobs.get(),
        None => available_parallelism().map_or(1, NonZeroUsize::get),
    };
    let config = Config {
        address: Config::address(&args.host, args.port, token.as_ref())?,
        token,
        preset: known_preset(&args.preset)?,
        profile: known_profile(&args.profile)?,
        scenes: Scenes::list(&args.scenes, args.cache_scenes)?,
        limits: Limits {
            body_bytes: args.max_body_mb.get().saturating_mul(1 << 20),
            batch_rows: args.max_batch.get(),
            jobs,
            queue: args.queue,
            timeout: Duration::from_secs_f64(args.timeout_s),
            client_timeout: Duration::from_secs_f64(args.client_timeout_s),
            connections: args.max_connections.get(),
            sessions: args.max_sessions,
            session_idle: Duration::from_secs_f64(args.session_idle_s),
        },
    };
    log::start(args.log.into(), args.json);
    let json = args.json;
    Ok(::serve::serve(config, |address| announce(address, json))?)
}

fn announce(address: SocketAddr, as_json: bool) -> Result<(), std::io::Error> {
    let mut out = stdout().lock();
    if as_json {
        writeln!(out, "{}", json!({"address": address, "url": format!("http://{address}")}))?;
    } else {
        writeln!(out, "http://{address}")?;
    }
    out.flush()
}
