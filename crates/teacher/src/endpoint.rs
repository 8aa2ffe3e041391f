//! An endpoint and its limits: one question, one reply.

use std::{thread::sleep, time::Duration};

use serde::Deserialize;
use serde_json::json;
use ureq::{Agent, http::Uri};

use crate::{Key, TeacherError};

/// Bounds of a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Longest wait for a whole reply.
    pub timeout: Duration,
    /// Tries after the first one.
    pub retries: u32,
    /// Wait before the second try; it doubles with each.
    pub first_wait: Duration,
    /// Longest wait between two tries, whatever the server asks for.
    pub longest_wait: Duration,
    /// Longest reply, bytes.
    pub body_bytes: u64,
    /// Most tokens that are asked for.
    pub tokens: u32,
    /// How freely the model words, 0 to 2.
    pub temperature: f32,
}

impl Default for Limits {
    /// A minute, four retries after half a second and more, 4 MiB, 2,048 tokens, temperature 0.7.
    fn default() -> Self {
        Self {
            timeout: Duration::from_mins(1),
            retries: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            body_bytes: 4 << 20,
            tokens: 2048,
            temperature: 0.7,
        }
    }
}

/// A model behind an address; asked by any number of threads at once.
#[derive(Debug, Clone)]
pub struct Endpoint {
    agent: Agent,
    url: String,
    model: String,
    key: Option<Key>,
    limits: Limits,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<String>,
}

impl Endpoint {
    /// A model behind an address such as `http://127.0.0.1:8000/v1`.
    pub fn new(address: &str, model: &str, key: Option<Key>, limits: Limits) -> Result<Self, TeacherError> {
        // What stands before an @ may be a password.
        let shown = address.rsplit('@').next().unwrap_or_default().to_owned();
        let fault = |problem, hint| TeacherError::Address { address: shown.clone(), problem, hint };
        let uri: Uri = address.parse().map_err(|_| fault("is no address", "such as http://127.0.0.1:8000/v1"))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => {
                return Err(fault(
                    "TLS is not spoken",
                    "put a proxy of this machine before it, and give http://127.0.0.1:…",
                ));
            }
            _ => return Err(fault("does not begin with http://", "such as http://127.0.0.1:8000/v1")),
        }
        if address.contains('@') {
            return Err(fault("has a user or password", "give the key by --key-env"));
        }
        if uri.query().is_some() || address.contains('#') {
            return Err(fault("has a query or fragment", "give the part before it"));
        }
        let agent = Agent::config_builder()
            .timeout_global(Some(limits.timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent(concat!("isovist/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        let url = format!("{}/chat/completions", address.trim_end_matches('/'));
        Ok(Self { agent, url, model: model.to_owned(), key, limits })
    }

    /// The reply to a question; tried again, after a while, where that may help.
    pub fn ask(&self, system: &str, user: &str) -> Result<String, TeacherError> {
        let body = json!({
            "model": self.model,
            "messages": [{ "role": "system", "content": system }, { "role": "user", "content": user }],
            "temperature": self.limits.temperature,
            "max_tokens": self.limits.tokens,
            "stream": false,
        })
        .to_string();
        let mut wait = self.limits.first_wait;
        let mut tries = 0;
        loop {
            let (error, asked) = match self.try_once(&body) {
                Ok(text) => return Ok(text),
                Err(failed) => failed,
            };
            if tries == self.limits.retries || !error.is_passing() {
                return Err(error);
            }
            tries += 1;
            sleep(asked.unwrap_or(wait).min(self.limits.longest_wait));
            wait = wait.saturating_mul(2);
        }
    }

    /// One try; what failed comes with how long the server asks to wait.
    fn try_once(&self, body: &str) -> Result<String, (TeacherError, Option<Duration>)> {
        let mut request = self.agent.post(&self.url).header("content-type", "application/json");
        if let Some(key) = &self.key {
            request = request.header("authorization", key.header());
        }
        let plain = |error: ureq::Error| (self.told(&error), None);
        let mut response = request.send(body).map_err(plain)?;
        let status = response.status().as_u16();
        match status {
            200..=299 => {}
            300..=399 => return Err((TeacherError::Redirect { status }, None)),
            _ => {
                let after = response.headers().get("retry-after");
                let after = after.and_then(|value| value.to_str().ok()?.trim().parse().ok()).map(Duration::from_secs);
                return Err((TeacherError::Status { status }, after));
            }
        }
        let bytes = response.body_mut().with_config().limit(self.limits.body_bytes).read_to_vec().map_err(plain)?;
        said(&bytes).map_err(|error| (error, None))
    }

    fn told(&self, error: &ureq::Error) -> TeacherError {
        use std::io::ErrorKind;
        match error {
            ureq::Error::Timeout(_) => TeacherError::Timeout { seconds: self.limits.timeout.as_secs() },
            ureq::Error::BodyExceedsLimit(bytes) => TeacherError::TooLong { bytes: *bytes },
            ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => {
                TeacherError::Connect { url: self.url.clone(), problem: error.to_string() }
            }
            ureq::Error::Io(io) => match io.kind() {
                ErrorKind::TimedOut => TeacherError::Timeout { seconds: self.limits.timeout.as_secs() },
                ErrorKind::ConnectionRefused
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
                | ErrorKind::AddrNotAvailable => {
                    TeacherError::Connect { url: self.url.clone(), problem: io.kind().to_string() }
                }
                kind => TeacherError::Broken { problem: kind.to_string() },
            },
            // Its own words might repeat what a server wrote.
            _ => TeacherError::Broken { problem: "what came is no HTTP reply".to_owned() },
        }
    }
}

/// The text of a reply.
fn said(bytes: &[u8]) -> Result<String, TeacherError> {
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|_| TeacherError::NotJson)?;
    let completion: Completion = serde_json::from_value(value).map_err(|_| TeacherError::NoText)?;
    let choice = completion.choices.into_iter().next().ok_or(TeacherError::NoText)?;
    if choice.finish_reason.as_deref() == Some("length") {
        return Err(TeacherError::Cut);
    }
    choice.message.content.filter(|text| !text.trim().is_empty()).ok_or(TeacherError::NoText)
}
