//! What a service is told at its start.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    time::Duration,
};

use judge::reward::Preset;
use question::Profile;

use crate::{Scenes, ServeError, Token};

/// A service.
#[derive(Debug)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub address: SocketAddr,
    /// What requests must show; `None` only on loopback.
    pub token: Option<Token>,
    /// What replies are rewarded by where a request names nothing else.
    pub preset: &'static Preset,
    /// Whose definitions questions of episodes are asked under.
    pub profile: &'static Profile,
    /// The scenes that requests may name.
    pub scenes: Scenes,
    /// What requests may take.
    pub limits: Limits,
}

/// Bounds on what clients may take of the computer.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest body, bytes.
    pub body_bytes: usize,
    /// Most rows of a batch.
    pub batch_rows: usize,
    /// Requests judged at the same time.
    pub jobs: usize,
    /// Requests that may be read or wait beside them.
    pub queue: usize,
    /// Time from the first byte of a body to the answer.
    pub timeout: Duration,
    /// Time for the head of a request, and without any progress in taking an answer.
    pub client_timeout: Duration,
    /// Connections at the same time.
    pub connections: usize,
    /// Episodes over WebSockets, and as many over HTTP, at the same time.
    pub sessions: usize,
    /// Time after which an episode that nobody steps is closed.
    pub session_idle: Duration,
}

impl Limits {
    /// Longest message over a WebSocket, bytes.
    pub(crate) const MESSAGE_BYTES: usize = 1 << 20;
}

impl Config {
    /// The address of a host and a port; any host but this computer itself needs a token.
    pub fn address(host: &str, port: u16, token: Option<&Token>) -> Result<SocketAddr, ServeError> {
        let unknown = |problem: String| ServeError::Host { host: host.to_owned(), problem };
        let found = (host, port).to_socket_addrs().map_err(|error| unknown(error.to_string()))?.next();
        let address = found.ok_or_else(|| unknown("it has no address".to_owned()))?;
        if token.is_none() && !address.ip().is_loopback() {
            return Err(ServeError::NoToken { host: host.to_owned() });
        }
        Ok(address)
    }
}

/// Small limits, for tests.
#[cfg(test)]
pub(crate) const EXAMPLE: Limits = Limits {
    body_bytes: 1 << 20,
    batch_rows: 1000,
    jobs: 2,
    queue: 8,
    timeout: Duration::from_secs(10),
    client_timeout: Duration::from_secs(2),
    connections: 16,
    sessions: 2,
    session_idle: Duration::from_secs(10),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_goes_without_a_token() {
        let token = Token::new("0123456789abcdef").expect("a token");
        for host in ["127.0.0.1", "localhost", "::1"] {
            assert!(Config::address(host, 0, None).is_ok(), "{host}");
        }
        for host in ["0.0.0.0", "::", "192.0.2.1"] {
            assert!(matches!(Config::address(host, 0, None), Err(ServeError::NoToken { .. })), "{host}");
            assert!(Config::address(host, 0, Some(&token)).is_ok(), "{host}");
        }
        assert!(matches!(Config::address("no host", 0, None), Err(ServeError::Host { .. })));
    }
}
