//! `s3://bucket/prefix`, `gs://bucket/prefix`.

use std::{fmt, str::FromStr};

use object_store::path::Path;

use crate::StoreError;

/// Who keeps the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// S3, or what speaks like it (Ceph, R2 …).
    S3,
    /// Google Cloud Storage.
    Gcs,
}

impl Service {
    fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Gcs => "gs",
        }
    }
}

/// A bucket, and below what prefix of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(crate) service: Service,
    pub(crate) bucket: String,
    pub(crate) prefix: Path,
}

const EXAMPLE: &str = "such as s3://bucket/prefix or gs://bucket/prefix";

impl Address {
    /// The place of an object, or of all, for messages.
    pub fn of(&self, name: &str) -> String {
        if name.is_empty() { self.to_string() } else { format!("{}/{name}", self.to_string().trim_end_matches('/')) }
    }
}

impl FromStr for Address {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        // What stands before an @ may be a password.
        let shown = text.rsplit('@').next().unwrap_or_default();
        let fault =
            |problem: &str, hint| StoreError::Address { address: shown.to_owned(), problem: problem.to_owned(), hint };
        let (scheme, rest) = text.split_once("://").ok_or_else(|| fault("is no address of a store", EXAMPLE))?;
        let service = [Service::S3, Service::Gcs].into_iter().find(|service| service.scheme() == scheme);
        let service = service.ok_or_else(|| fault("no such kind of store", EXAMPLE))?;
        if rest.contains('@') {
            return Err(fault("has a user or password", "give keys by variables of the environment"));
        }
        if rest.contains(['?', '#']) {
            return Err(fault(
                "has a query or fragment",
                "give the part before it; settings are variables of the environment",
            ));
        }
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_of_bucket = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if bucket.is_empty() || !bucket.chars().all(is_of_bucket) {
            return Err(fault("has no name of a bucket (letters, digits, - . _) after ://", EXAMPLE));
        }
        let prefix = Path::parse(prefix)
            .map_err(|_| fault("has an empty step, . or .., or a character that no object may have", EXAMPLE))?;
        Ok(Self { service, bucket: bucket.to_owned(), prefix })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}/{}", self.service.scheme(), self.bucket, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_others_refused() {
        let read = |text: &str| text.parse::<Address>();
        assert_eq!(read("s3://b/a/c/").unwrap().to_string(), "s3://b/a/c");
        assert_eq!(read("gs://b").unwrap().of("x/y"), "gs://b/x/y");
        assert_eq!(read("gs://b/p").unwrap().of("x"), "gs://b/p/x");
        for (text, says) in [
            ("http://b/p", "no such kind"),
            ("s3://", "bucket"),
            ("s3:///p", "bucket"),
            ("s3://b c/p", "bucket"),
            ("s3://b/a//c", "empty step"),
            ("s3://b/../c", ".."),
            ("s3://b/p?x=1", "query"),
            ("s3://me:secret@b/p", "password"),
            ("b/p", "no address"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(says) && error.contains("hint") && !error.contains("secret"), "{text}: {error}");
        }
    }
}
