//! The token that requests show, compared in a time that says nothing about it.

use std::{fmt, path::Path};

use scene::disk::{read_text, sha256_hex};

use crate::ServeError;

/// Fewest characters of a token.
const LEAST: usize = 16;

/// A token. It is kept as its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A token of at least 16 visible ASCII characters.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        if text.len() < LEAST {
            return Err("has fewer than 16 characters");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("has blanks or characters outside ASCII");
        }
        Ok(Self(sha256_hex(text.as_bytes())))
    }

    /// The token in a file, or else in the variable `ISOVIST_TOKEN`; `None` where neither is given.
    pub fn find(file: Option<&Path>, variable: Option<&str>) -> Result<Option<Self>, ServeError> {
        let (place, text) = match (file, variable) {
            (Some(file), _) => {
                let text = read_text(file)
                    .map_err(|source| ServeError::TokenFile { file: file.to_owned(), source: source.into() })?;
                (file.display().to_string(), text)
            }
            (None, Some(text)) => ("ISOVIST_TOKEN".to_owned(), text.to_owned()),
            (None, None) => return Ok(None),
        };
        Self::new(text.trim()).map(Some).map_err(|problem| ServeError::Token { place, problem })
    }

    /// Whether this is what was shown. Hashes are compared whole, so that the time says nothing of how much was right.
    pub(crate) fn is(&self, shown: &str) -> bool {
        let shown = sha256_hex(shown.as_bytes());
        let differing = self.0.bytes().zip(shown.bytes()).fold(0, |sum, (ours, theirs)| sum | (ours ^ theirs));
        std::hint::black_box(differing) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_itself_alone_and_not_printed() {
        let token = Token::new("0123456789abcdef").expect("a token");
        assert!(token.is("0123456789abcdef"));
        assert!(!token.is("0123456789abcdeF") && !token.is("") && !token.is("0123456789abcdef0"));
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert!(Token::new("short").is_err() && Token::new("0123456789 abcdef").is_err());
        assert!(Token::find(None, Some(" 0123456789abcdef\n")).is_ok_and(|found| found == Some(token)));
        assert!(matches!(Token::find(None, Some("x")), Err(ServeError::Token { .. })));
        assert!(matches!(Token::find(Some(Path::new("no/such/file")), None), Err(ServeError::TokenFile { .. })));
    }
}
