//! Why there is no reply. Nothing here has a key, and nothing what a server wrote, which might repeat one.

/// Why an endpoint cannot be asked, or did not reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TeacherError {
    /// The address is none that can be asked.
    #[error("--endpoint {address}: {problem} (hint: {hint})")]
    Address {
        /// The address, without what might be a password.
        address: String,
        /// What is wrong.
        problem: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The variable holds no key.
    #[error("--key-env {variable}: {problem} (hint: export the key under this name)")]
    Key {
        /// Name of the variable.
        variable: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// Nobody listens there.
    #[error("{url}: cannot connect: {problem} (hint: is the server running, and is it this address?)")]
    Connect {
        /// What was asked.
        url: String,
        /// Why.
        problem: String,
    },
    /// The connection broke off, or what came is no HTTP.
    #[error("broken reply: {problem}")]
    Broken {
        /// Why.
        problem: String,
    },
    /// It took too long.
    #[error("no reply within {seconds} s (hint: --timeout)")]
    Timeout {
        /// The limit.
        seconds: u64,
    },
    /// The server refused.
    #[error("status {status}{}", told(*status))]
    Status {
        /// The status of the reply.
        status: u16,
    },
    /// The server sends elsewhere.
    #[error("status {status}: a redirect, which is not followed (hint: give the address that it leads to)")]
    Redirect {
        /// The status of the reply.
        status: u16,
    },
    /// The reply is too long.
    #[error("the reply is longer than {bytes} bytes")]
    TooLong {
        /// The limit.
        bytes: u64,
    },
    /// The reply is no JSON.
    #[error("the reply is no JSON")]
    NotJson,
    /// The reply has no text where it belongs.
    #[error("the reply has no text in choices[0].message.content")]
    NoText,
    /// The text was cut off.
    #[error("the text was cut off by the limit of tokens")]
    Cut,
}

fn told(status: u16) -> &'static str {
    match status {
        401 | 403 => ": the key is not accepted (hint: --key-env)",
        404 => ": there is no such endpoint or model (hint: the address often ends in /v1)",
        _ => "",
    }
}

impl TeacherError {
    /// Whether another try may help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Broken { .. } | Self::Timeout { .. } => true,
            Self::Status { status } => matches!(status, 408 | 425 | 429 | 500..=599),
            _ => false,
        }
    }

    /// Whether every other question would fare alike.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Address { .. } | Self::Key { .. } | Self::Connect { .. } | Self::Redirect { .. } => true,
            Self::Status { status } => matches!(status, 401 | 403 | 404 | 405),
            _ => false,
        }
    }

    /// A short name, for counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Address { .. } => "no address",
            Self::Key { .. } => "no key",
            Self::Connect { .. } => "no connection",
            Self::Broken { .. } => "broken reply",
            Self::Timeout { .. } => "timed out",
            Self::Status { status: 500..=599 } => "server error",
            Self::Status { status: 429 } => "too many requests",
            Self::Status { .. } => "refused by the server",
            Self::Redirect { .. } => "redirect",
            Self::TooLong { .. } => "reply too long",
            Self::NotJson => "reply is no JSON",
            Self::NoText => "reply without text",
            Self::Cut => "reply cut off",
        }
    }
}
