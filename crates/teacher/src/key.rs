//! A key that is never shown.

use std::fmt;

use ureq::http::HeaderValue;

use crate::TeacherError;

/// What an endpoint knows its users by. Neither its form for debugging nor any error has it.
#[derive(Clone)]
pub struct Key(HeaderValue);

impl Key {
    /// The key in a variable of the environment.
    pub fn from_env(variable: &str) -> Result<Self, TeacherError> {
        let fault = |problem| TeacherError::Key { variable: variable.to_owned(), problem };
        let text = std::env::var(variable).map_err(|_| fault("is not set, or is not Unicode"))?;
        Self::new(&text).ok_or_else(|| fault("is empty, or has characters that no header may have"))
    }

    /// A key; none where it is empty or no header can hold it.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut value = HeaderValue::from_str(&format!("Bearer {text}")).ok().filter(|_| !text.is_empty())?;
        value.set_sensitive(true);
        Some(Self(value))
    }

    pub(crate) fn header(&self) -> &HeaderValue {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_not_shown() {
        let key = Key::new(" sk-very-secret\n").unwrap();
        assert!(!format!("{key:?}{:?}", key.header()).contains("secret"));
        assert_eq!(key.header().to_str().unwrap(), "Bearer sk-very-secret");
        assert!(Key::new("").is_none() && Key::new("a\nb").is_none());
        let error = Key::from_env("ISOVIST_NO_SUCH_VARIABLE").unwrap_err().to_string();
        assert!(error.contains("ISOVIST_NO_SUCH_VARIABLE") && error.contains("hint"), "{error}");
    }
}
