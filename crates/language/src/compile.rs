//! Phrasings → the tree: every wording of a word and every optional part becomes a path of its own.

use question::Role;
use scene::geometry::SectorSystem;

use crate::{
    book::{PhraseBook, TaskPhrases, learn},
    kind::AnswerKind,
    pattern::{ANSWER, Piece, Slot, SlotForm},
    trie::{Kind, NameOf, Step},
};

/// What it means to have reached the end of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) task: usize,
    /// Position among the task's `ask` or `state`.
    pub(crate) phrase: usize,
    pub(crate) state: bool,
    /// Role of each hole, in order.
    pub(crate) holes: Vec<String>,
    /// Roles that the words themselves fill; `answer` for a sector word.
    pub(crate) fixed: Vec<(String, String)>,
    /// Words that are no holes.
    pub(crate) words: usize,
}

pub(crate) struct Compiler<'b> {
    pub(crate) book: &'b mut PhraseBook,
    pub(crate) task: usize,
}

#[derive(Clone, Default)]
struct Path {
    steps: Vec<Step>,
    holes: Vec<String>,
    fixed: Vec<(String, String)>,
}

impl Compiler<'_> {
    pub(crate) fn compile(
        &mut self,
        phrases: &TaskPhrases,
        pieces: &[Piece],
        phrase: usize,
        state: bool,
    ) -> Result<(), String> {
        let mut paths = vec![Path::default()];
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.say(&mut paths, text),
                Piece::Optional(text) => {
                    let mut longer = paths.clone();
                    self.say(&mut longer, text);
                    paths.extend(longer);
                }
                Piece::Slot(slot) => {
                    if let Some(words) = words(phrases, slot)? {
                        paths = self.choose(&paths, &slot.role, &words);
                        continue;
                    }
                    let kind = kind(phrases, slot)?;
                    let mut of_kind = Vec::new();
                    if matches!(kind, Kind::List { .. }) {
                        of_kind = self.without_of(&paths);
                    }
                    for (paths, kind) in [(&mut paths, kind), (&mut of_kind, Kind::EachOf)] {
                        for path in paths {
                            path.steps.push(Step::Slot(kind));
                            path.holes.push(slot.role.clone());
                        }
                    }
                    paths.extend(of_kind);
                }
            }
        }
        for path in paths {
            complete(phrases, &path, state)?;
            // A word may stand twice in a phrase; only paths on which it is the same one mean anything.
            let contradicts = path
                .fixed
                .iter()
                .any(|(role, value)| path.fixed.iter().any(|other| other.0 == *role && other.1 != *value));
            if contradicts {
                continue;
            }
            let end = self.book.endings.len() as u32;
            let words = path.steps.iter().filter(|step| matches!(step, Step::Word(_))).count();
            self.book.endings.push(Ending {
                task: self.task,
                phrase,
                state,
                holes: path.holes,
                fixed: path.fixed,
                words,
            });
            let trie = if state { &mut self.book.stating } else { &mut self.book.asking };
            trie.insert(&path.steps, end);
        }
        Ok(())
    }

    fn say(&mut self, paths: &mut [Path], text: &str) {
        let words = learn(text, &mut self.book.lexicon);
        for path in paths {
            path.steps.extend(words.iter().map(|word| Step::Word(*word)));
        }
    }

    /// Those that end in "which of", without the "of": "Which of the chairs …" is "Which chair …" too.
    fn without_of(&mut self, paths: &[Path]) -> Vec<Path> {
        let which_of: Vec<Step> = learn("which of", &mut self.book.lexicon).into_iter().map(Step::Word).collect();
        let mut shorter: Vec<Path> = paths.iter().filter(|path| path.steps.ends_with(&which_of)).cloned().collect();
        for path in &mut shorter {
            path.steps.pop();
        }
        shorter
    }

    fn choose(&mut self, paths: &[Path], role: &str, words: &[(String, String)]) -> Vec<Path> {
        let mut out = Vec::with_capacity(paths.len() * words.len());
        for (wording, value) in words {
            let mut mine = paths.to_vec();
            self.say(&mut mine, wording);
            for path in &mut mine {
                path.fixed.push((role.to_owned(), value.clone()));
            }
            out.extend(mine);
        }
        out
    }
}

/// Every role must be filled, and nothing else.
fn complete(phrases: &TaskPhrases, path: &Path, state: bool) -> Result<(), String> {
    let has =
        |role: &str| path.holes.iter().any(|hole| hole == role) || path.fixed.iter().any(|(fixed, _)| fixed == role);
    let claims = state && phrases.answer != AnswerKind::YesNo;
    if has(ANSWER) != claims {
        return Err(if claims { "{answer} is missing".into() } else { "{answer} has no place here".into() });
    }
    for (name, role) in &phrases.task.roles {
        // The order that is claimed names the candidates itself.
        let implied = claims && phrases.answer == AnswerKind::Order && matches!(role, Role::Objects { .. });
        if !has(name) && !implied {
            return Err(format!("{{{name}}} is missing"));
        }
    }
    Ok(())
}

/// The wordings of a hole that is filled by words of the phrase; `None` for other holes.
fn words(phrases: &TaskPhrases, slot: &Slot) -> Result<Option<Vec<(String, String)>>, String> {
    if let SlotForm::Words(words) = &slot.form {
        return Ok(Some(words.clone()));
    }
    if slot.role == ANSWER {
        return Ok(match phrases.answer {
            AnswerKind::Sector(system) => Some(system.words().map(|word| (word.to_owned(), word.to_owned())).collect()),
            AnswerKind::Turns(turns) => {
                Some(turn_words(turns).into_iter().map(|words| (words.join(", "), words.join(", "))).collect())
            }
            _ => None,
        });
    }
    match phrases.task.roles.get(&slot.role) {
        Some(Role::Word { words }) => Ok(Some(words.clone())),
        Some(_) => Ok(None),
        None => Err(format!("{{{}}} is no role", slot.role)),
    }
}

/// Every list of so many turns; none where there are more than a sentence holds.
pub(crate) fn turn_words(turns: usize) -> Vec<Vec<&'static str>> {
    let words = SectorSystem::Axes.sectors();
    if turns > MOST_TURNS {
        return Vec::new();
    }
    (0..turns).fold(vec![Vec::new()], |lists, _| {
        let longer =
            |list: &Vec<&'static str>| words.iter().map(|word| [&list[..], &[*word]].concat()).collect::<Vec<_>>();
        lists.iter().flat_map(longer).collect()
    })
}

/// Most turns of a claim in words.
const MOST_TURNS: usize = 3;

fn kind(phrases: &TaskPhrases, slot: &Slot) -> Result<Kind, String> {
    if slot.role == ANSWER {
        return match phrases.answer {
            AnswerKind::Quantity(unit) => Ok(Kind::Quantity { unit, claimed: true }),
            AnswerKind::Turn => Ok(Kind::Turn),
            AnswerKind::Count => Ok(Kind::Count),
            AnswerKind::Object => Ok(Kind::Label),
            AnswerKind::Frame => Ok(Kind::Name(NameOf::Frame)),
            AnswerKind::Order => phrases
                .task
                .roles
                .values()
                .find_map(|role| match role {
                    Role::Objects { least, most, .. } => Some(Kind::List { least: *least, most: *most }),
                    _ => None,
                })
                .ok_or_else(|| "an order needs candidates".to_owned()),
            AnswerKind::Pixel => Ok(Kind::Pixel),
            AnswerKind::Point => Ok(Kind::Point),
            AnswerKind::Region => Ok(Kind::Place),
            AnswerKind::YesNo | AnswerKind::Turns(_) | AnswerKind::Sector(_) => {
                Err("{answer} has no place here".into())
            }
        };
    }
    match phrases.task.roles.get(&slot.role) {
        Some(Role::Object { .. } | Role::Class { .. }) => Ok(Kind::Label),
        Some(Role::Frame) => Ok(Kind::Name(NameOf::Frame)),
        Some(Role::Region { .. }) => Ok(Kind::Name(NameOf::Region)),
        Some(Role::Frames { .. }) if slot.form == SlotForm::Two => Ok(Kind::Frames { least: 2, most: 2 }),
        Some(Role::Frames { least, most }) => Ok(Kind::Frames { least: *least, most: *most }),
        Some(Role::Objects { .. }) if slot.form == SlotForm::Two => Ok(Kind::List { least: 2, most: 2 }),
        Some(Role::Objects { least, most, .. }) => Ok(Kind::List { least: *least, most: *most }),
        Some(Role::Pixel { .. }) => Ok(Kind::Pixel),
        Some(Role::Pixels { .. }) if slot.form == SlotForm::Two => Ok(Kind::Pixels { least: 2, most: 2 }),
        Some(Role::Pixels { least, most, .. }) => Ok(Kind::Pixels { least: *least, most: *most }),
        Some(Role::Quantity { unit, .. }) => Ok(Kind::Quantity { unit: *unit, claimed: false }),
        Some(Role::Word { .. }) | None => Err(format!("{{{}}} is no hole", slot.role)),
    }
}
