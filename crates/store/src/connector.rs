//! How `object_store` speaks HTTP: over ureq, which the workspace has already, with rustls and ring.
//!
//! A call blocks its thread; each operation of a [`crate::Store`] has a runtime of its own, so that nobody else waits.

use std::{convert::Infallible, io::ErrorKind, sync::Arc, time::Duration};

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use object_store::{
    ClientConfigKey, ClientOptions,
    client::{HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService},
};
use ureq::{
    Agent,
    http::{Uri, header::CONTENT_LENGTH},
    tls::{Certificate, RootCerts, TlsConfig},
};

/// Longest reply that is read, bytes; files are read in ranges far below it.
const MOST_BODY_BYTES: u64 = 64 << 20;
/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Where machines of Amazon and Google hand out the keys that they have.
const KEYS_OF_MACHINE: [&str; 3] = ["169.254.169.254", "169.254.170.2", "metadata.google.internal"];

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoReply {
    #[error("{0} is without TLS, which is not allowed")]
    Plain(String),
    #[error("the environment has no keys, and this machine ({0}) hands out none")]
    NoKeys(String),
    #[error("{0}: {1}")]
    Connect(String, String),
    #[error("{0}: {1}")]
    Untrusted(String, String),
    #[error("{0}")]
    Other(String),
}

/// Makes clients that share their connections.
#[derive(Debug, Clone)]
pub(crate) struct Connector(Agent);

impl Connector {
    pub(crate) fn new(timeout: Duration) -> Self {
        // Those of the system (or of SSL_CERT_FILE) know a house's own authority; a bare container has none.
        let found: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
            .certs
            .iter()
            .map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned())
            .collect();
        let roots = if found.is_empty() { RootCerts::WebPki } else { RootCerts::Specific(Arc::new(found)) };
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .timeout_connect(Some(CONNECT))
            .http_status_as_error(false)
            .max_redirects(0)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .user_agent(concat!("isovist/", env!("CARGO_PKG_VERSION")));
        Self(config.build().new_agent())
    }
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allows_plain = options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|value| value == "true");
        Ok(HttpClient::new(Client { agent: self.0.clone(), allows_plain }))
    }
}

#[derive(Debug)]
struct Client {
    agent: Agent,
    allows_plain: bool,
}

#[async_trait]
impl HttpService for Client {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (mut parts, body) = request.into_parts();
        let place = place(&parts.uri);
        if parts.uri.scheme_str() != Some("https") && !self.allows_plain {
            return Err(HttpError::new(HttpErrorKind::Unknown, NoReply::Plain(place)));
        }
        let is_bodiless = matches!(parts.method.as_str(), "GET" | "HEAD" | "DELETE");
        // ureq counts itself.
        parts.headers.remove(CONTENT_LENGTH);
        let told = |error: ureq::Error| {
            let (kind, reply) = told(&error, &place);
            HttpError::new(kind, reply)
        };
        let response = if is_bodiless {
            self.agent.run(ureq::http::Request::from_parts(parts, ()))
        } else {
            let bytes = body.collect().await?.to_bytes();
            self.agent.run(ureq::http::Request::from_parts(parts, &bytes[..]))
        };
        let (parts, mut body) = response.map_err(told)?.into_parts();
        let bytes = body.with_config().limit(MOST_BODY_BYTES).read_to_vec().map_err(told)?;
        // What a server says of a refusal may repeat what was signed, and with which key: only its code goes on.
        let bytes = if parts.status.is_success() { bytes } else { code(&bytes).into_bytes() };
        let full = http_body_util::Full::new(bytes.into()).map_err(|never: Infallible| match never {});
        let mut response = HttpResponse::new(object_store::client::HttpResponseBody::new(full));
        *response.status_mut() = parts.status;
        *response.headers_mut() = parts.headers;
        Ok(response)
    }
}

/// Scheme, host and port.
fn place(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{host}{port}", uri.scheme_str().unwrap_or_default())
}

/// The code of a refusal: `<Code>SlowDown</Code>`, `"error": "invalid_grant"`.
fn code(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let after = text.split_once("<Code>").or_else(|| text.split_once("\"error\"")).map_or("", |(_, after)| after);
    let after = after.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, ':' | '"'));
    after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').take(64).collect()
}

/// What went wrong, and whether another try may help. Whatever is asked here may be asked again: the same bytes go to the same
/// place, and [`crate::Store::put`] knows of uploads that were completed before. So what breaks off counts as never sent.
fn told(error: &ureq::Error, place: &str) -> (HttpErrorKind, NoReply) {
    let connect = |why: &str| NoReply::Connect(place.to_owned(), why.to_owned());
    let (kind, reply) = match error {
        ureq::Error::HostNotFound => (HttpErrorKind::Connect, connect("there is no such host")),
        ureq::Error::ConnectionFailed | ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            (HttpErrorKind::Connect, connect("no connection"))
        }
        ureq::Error::Timeout(_) => (HttpErrorKind::Request, connect("no reply in time")),
        ureq::Error::Io(io) => match io.kind() {
            ErrorKind::TimedOut => (HttpErrorKind::Request, connect("no reply in time")),
            // rustls tells what it does not trust as such an error.
            ErrorKind::InvalidData => (HttpErrorKind::Unknown, NoReply::Untrusted(place.to_owned(), io.to_string())),
            kind @ (ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof) => {
                (HttpErrorKind::Request, connect(&format!("the connection broke off ({kind})")))
            }
            // Nobody listens, no way leads there, no such host.
            _ => (HttpErrorKind::Connect, connect(&io.to_string())),
        },
        ureq::Error::Rustls(tls) => (HttpErrorKind::Unknown, NoReply::Untrusted(place.to_owned(), tls.to_string())),
        // A reply that ends too early.
        ureq::Error::Protocol(_) => (HttpErrorKind::Request, connect("the reply broke off, or is no HTTP")),
        ureq::Error::BodyExceedsLimit(_) => {
            (HttpErrorKind::Decode, NoReply::Other(format!("a reply of more than {MOST_BODY_BYTES} bytes")))
        }
        other => (HttpErrorKind::Unknown, connect(&other.to_string())),
    };
    let is_of_machine = KEYS_OF_MACHINE.iter().any(|host| place.ends_with(host));
    if is_of_machine && matches!(kind, HttpErrorKind::Connect | HttpErrorKind::Request) {
        // Elsewhere than on such a machine nobody will ever answer there.
        return (HttpErrorKind::Unknown, NoReply::NoKeys(place.to_owned()));
    }
    (kind, reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_refusal_only_the_code_goes_on() {
        let body = b"<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIA</AWSAccessKeyId></Error>";
        assert_eq!(code(body), "SignatureDoesNotMatch");
        assert_eq!(
            code(b"{\"error\": \"invalid_grant\", \"error_description\": \"of me@example.org\"}"),
            "invalid_grant"
        );
        assert_eq!(code(b"<html>go away</html>"), "");
        assert_eq!(place(&Uri::from_static("http://u:secret@host:9000/b/k?x=y")), "http://host:9000");
    }
}
