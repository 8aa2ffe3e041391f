//! The words of the book, numbered, and the rules by which spellings fall together.

use std::collections::HashMap;

use crate::Wording;

/// Number of a word of the book.
pub(crate) type WordId = u32;

/// The number of every word that is in no phrase.
pub(crate) const OTHER: WordId = 0;

/// What a written word is to the tokeniser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    Article,
    /// One or more words of the house spelling.
    Words(Vec<WordId>),
}

/// The words of the book.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    written: HashMap<Box<str>, Written>,
    next: WordId,
}

impl Lexicon {
    pub(crate) fn new(wording: &Wording) -> Self {
        let mut lexicon = Self { written: HashMap::new(), next: OTHER + 1 };
        for article in &wording.articles {
            lexicon.written.insert(article.as_str().into(), Written::Article);
        }
        for (spelling, house) in &wording.spelling {
            let words = house.split(' ').map(|word| lexicon.learn(word)).collect();
            lexicon.written.insert(spelling.as_str().into(), Written::Words(words));
        }
        lexicon
    }

    /// Number of a word in its house spelling; a new one if it is new.
    pub(crate) fn learn(&mut self, word: &str) -> WordId {
        match self.written.get(word) {
            Some(Written::Words(words)) => words[0],
            Some(Written::Article) => OTHER,
            None => {
                let id = self.next;
                self.next += 1;
                self.written.insert(word.into(), Written::Words(vec![id]));
                id
            }
        }
    }

    /// What a lower-case written word is; `None` for a word of no phrase.
    pub(crate) fn written(&self, word: &str) -> Option<&Written> {
        self.written.get(word)
    }
}
