//! The reader of letters of `VLMEvalKit`'s exact matching: a letter among the words, a phrase, the text of an option.

/// What becomes a blank before a reply is parted into words. Quotes, backticks and angle brackets stay.
const MARKS: &str = ".()[],:;!*#{}";
/// A letter counts where it is one of the last so many words.
const LAST_WORDS: usize = 4;
/// What is taken for a refusal, which has no answer whatever else it holds.
const REFUSALS: [&str; 4] = [
    "Sorry, I can't help with images of people yet.",
    "I can't process this file.",
    "I'm sorry, but without the image provided",
    "Cannot determine the answer",
];

/// The letter. Options without texts have letters all the same.
pub(super) fn letter(reply: &str, options: &[String]) -> Option<char> {
    if REFUSALS.iter().any(|refusal| reply.contains(refusal)) {
        return None;
    }
    let letters = || ('A'..='Z').take(options.len());
    let words: Vec<&str> =
        reply.split(|c: char| c.is_whitespace() || MARKS.contains(c)).filter(|word| !word.is_empty()).collect();
    let place = |letter: char| {
        let mut text = [0; 4];
        let text: &str = letter.encode_utf8(&mut text);
        words.iter().position(|word| *word == text)
    };
    let mut present = letters().filter_map(|letter| Some((letter, place(letter)?)));
    match (present.next(), present.next()) {
        // Of a letter that stands there twice, the first place counts.
        (Some((letter, at)), None) if at + LAST_WORDS >= words.len() => return Some(letter),
        // "Z" is how the harness itself says that there is no answer.
        (None, _) if place('Z').is_some() => return None,
        _ => {}
    }
    behind_phrase(reply).filter(|letter| letters().any(|known| known == *letter)).or_else(|| only_text(reply, options))
}

/// What stands behind the first "answer is" that a letter from A to D follows, even a small one, even of a word.
fn behind_phrase(reply: &str) -> Option<char> {
    let text = reply.to_ascii_lowercase();
    let behind_blanks = |text: &str| {
        let rest = text.trim_start();
        (rest.len() < text.len()).then(|| text.len() - rest.len())
    };
    text.match_indices("answer").find_map(|(at, word)| {
        let rest = &text[at + word.len()..];
        let rest = rest[behind_blanks(rest)?..].strip_prefix("is")?;
        let rest = rest[behind_blanks(rest)?..].trim_start_matches('*');
        rest.chars().next().filter(|c| matches!(c, 'a'..='d')).map(|c| c.to_ascii_uppercase())
    })
}

/// The only option whose text the reply holds, in either case, if the reply is at most twice as long as all of them.
fn only_text(reply: &str, options: &[String]) -> Option<char> {
    let reply = reply.to_lowercase();
    let all: usize = options.iter().map(|option| option.chars().count()).sum();
    if all == 0 || reply.chars().count() > 2 * all {
        return None;
    }
    let mut held = ('A'..='Z').zip(options).filter(|(_, option)| reply.contains(&option.to_lowercase()));
    match (held.next(), held.next()) {
        (Some((letter, _)), None) => Some(letter),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_a_phrase_or_a_text() {
        let options = ["left of the lamp", "behind the sofa", "on the rug", "nowhere near"].map(str::to_owned);
        for (reply, expected) in [
            ("B", Some('B')),
            ("(B) behind it", Some('B')),
            ("**C.**", Some('C')),
            (r"so \boxed{D}", Some('D')),
            // Five words: the first is too early, the second is not.
            ("B is the right one", None),
            ("Yes, B is mine indeed", Some('B')),
            ("B or so I think, B", None),
            ("A or B", None),
            ("It is a chair", None),
            ("I see A chair", Some('A')),
            // Small letters are no words, but they do stand behind the phrase, and so do those of words.
            ("b", None),
            ("the answer is b, and I am sure of that", Some('B')),
            ("The correct answer is **C**, because A and B are wrong", Some('C')),
            ("the answer is clear to all of us here", Some('C')),
            ("the answer is E or so they say, I think", None),
            ("an answer: the answer  is\nD, since all else is wrong", Some('D')),
            ("the answer isn't given, the answer is A or B", Some('A')),
            ("A. left of the lamp it is", Some('A')),
            ("It stands Behind the Sofa", Some('B')),
            ("behind the sofa, on the rug", None),
            // Texts of options are together 53 characters long.
            (&format!("on the rug{}", " ".repeat(96)), Some('C')),
            (&format!("on the rug{}", " ".repeat(97)), None),
            ("Z on the rug", None),
            ("Cannot determine the answer, so B", None),
            ("<answer>B</answer>", None),
            ("E", None),
            ("", None),
        ] {
            assert_eq!(letter(reply, &options), expected, "{reply:?}");
        }
        let without = vec![String::new(); 5];
        assert_eq!(letter("E", &without), Some('E'));
        assert_eq!(letter("", &without), None);
        assert_eq!(letter("B", &[]), None);
    }
}
