//! Why an object cannot be written or read. Nothing here has a key, and nothing what a server wrote but its code.

use std::{error::Error, io, path::PathBuf};

use crate::{Address, Service, connector::NoReply};

/// Why a store cannot be opened, written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The address is none.
    #[error("{address}: {problem} (hint: {hint})")]
    Address {
        /// The address, without what might be a password.
        address: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// The environment's settings do not do.
    #[error("{address}: cannot be opened: {problem} (hint: {hint})")]
    Settings {
        /// The address.
        address: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// The store refused, or did not answer.
    #[error("{object}: cannot {action}: {problem} (hint: {hint})")]
    Object {
        /// The object.
        object: String,
        /// `write`, `read`, `list`.
        action: &'static str,
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: &'static str,
    },
    /// The file of this machine cannot be read or written.
    #[error("{}: cannot {action}: {source}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// `write`, `read`.
        action: &'static str,
        /// Why.
        source: io::Error,
    },
}

impl StoreError {
    pub(crate) fn settings(address: &Address, error: &object_store::Error) -> Self {
        let hint = match address.service {
            Service::S3 => {
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together; docs/corpus.md names every variable"
            }
            Service::Gcs => {
                "GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_SERVICE_ACCOUNT names a key file; docs/corpus.md names every variable"
            }
        };
        Self::Settings { address: address.to_string(), problem: cause(error), hint }
    }

    pub(crate) fn object(address: &Address, name: &str, action: &'static str, error: &object_store::Error) -> Self {
        let problem = cause(error);
        let hint = hint(address.service, error, &problem);
        Self::Object { object: address.of(name), action, problem, hint }
    }
}

/// Whether there is no such object, upload or bucket.
pub(crate) fn is_missing(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { .. }) || cause(error).starts_with("status 404")
}

/// The last of the causes: those before it repeat it, with the addresses that were asked.
fn cause(error: &object_store::Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    if let Some(json) = last.downcast_ref::<serde_json::Error>() {
        // Its own words might repeat what stands in a file of keys.
        return format!("what should be JSON is not as expected (line {}, column {})", json.line(), json.column());
    }
    let text = last.to_string();
    let text = text
        .strip_prefix("Server returned non-2xx status code: ")
        .map_or(text.clone(), |status| format!("status {}", status.trim_end_matches([':', ' '])));
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}

fn hint(service: Service, error: &object_store::Error, problem: &str) -> &'static str {
    let pick = |s3, gcs| if service == Service::S3 { s3 } else { gcs };
    let is_refused =
        matches!(error, object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. })
            || ["status 401", "status 403", "invalid_grant"].iter().any(|text| problem.contains(text));
    let mut last: &dyn Error = error;
    while let Some(source) = last.source() {
        last = source;
    }
    match last.downcast_ref::<NoReply>() {
        Some(NoReply::Plain(_)) => return pick("AWS_ALLOW_HTTP=true allows it", "GOOGLE_ALLOW_HTTP=true allows it"),
        Some(NoReply::NoKeys(_)) => {
            return pick(
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                "set GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_SERVICE_ACCOUNT to a key file",
            );
        }
        Some(NoReply::Untrusted(..)) => {
            return "SSL_CERT_FILE names a file of the authorities to trust, if it is not one that the system knows";
        }
        Some(NoReply::Connect(..)) => {
            return pick(
                "is AWS_ENDPOINT_URL right, and can it be reached? What is done is kept: run it again",
                "is GOOGLE_BASE_URL right, and can it be reached? What is done is kept: run it again",
            );
        }
        _ => {}
    }
    if is_refused {
        return pick(
            "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REGION must be of a user who may list, read and write there",
            "GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_SERVICE_ACCOUNT must name the key file of an account that may list, read and write there",
        );
    }
    if is_missing(error) {
        return pick(
            "is there such a bucket, in AWS_REGION and at AWS_ENDPOINT_URL?",
            "is there such a bucket, at GOOGLE_BASE_URL?",
        );
    }
    if problem.contains("redirect") || problem.contains("status 30") || problem.contains("AuthorizationHeaderMalformed")
    {
        return pick("set AWS_REGION to the region of the bucket", "check GOOGLE_BASE_URL");
    }
    "what is done is kept: run it again"
}
