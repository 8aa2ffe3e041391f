//! Why a service does not start.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why a service does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// A host that has no address.
    #[error("--host {host}: {problem} (hint: 127.0.0.1 is this computer alone)")]
    Host {
        /// What was given.
        host: String,
        /// What is wrong.
        problem: String,
    },
    /// Others could ask without showing anything.
    #[error(
        "--host {host}: others could reach it, and no token is set (hint: --token-file FILE, or the variable ISOVIST_TOKEN)"
    )]
    NoToken {
        /// What was given.
        host: String,
    },
    /// A token that can be guessed or cannot be sent.
    #[error("{place}: the token {problem} (hint: `head -c 32 /dev/urandom | base64` makes a good one)")]
    Token {
        /// Where it was read.
        place: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A file of a token that cannot be read.
    #[error("--token-file {}: {source}", file.display())]
    TokenFile {
        /// The file.
        file: PathBuf,
        /// Why.
        source: Box<scene::FileError>,
    },
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source} (hint: --port 0 takes a free port)")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Scenes that are not found.
    #[error(transparent)]
    Scenes(#[from] corpus::CorpusError),
    /// Two scenes of one name.
    #[error("{given}: two scenes are called {name:?} (hint: give each folder its own name)")]
    Twice {
        /// What was given second.
        given: String,
        /// The name.
        name: String,
    },
    /// The operating system gives no threads, signals or output.
    #[error("the service cannot run: {0}")]
    System(#[from] io::Error),
}
