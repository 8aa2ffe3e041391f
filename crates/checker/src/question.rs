//! Questions and predicates as a proof writes them.

use crate::{
    Rejection,
    answer::Answer,
    json::Json,
    relation,
    sector::System,
    term::{Entity, Term},
};

/// A question about the scene.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Question {
    Value { of: Term, system: Option<System> },
    /// `most`: the candidate with the most is wanted, otherwise that with the least.
    Pick { most: bool, of: Term, among: Vec<Entity> },
    Which { filter: Predicate, among: Vec<Entity> },
    /// `falling`: from the most to the least.
    Order { falling: bool, of: Term, among: Vec<Entity> },
    Test { that: Predicate },
    Count { class: String, filter: Option<Predicate> },
}

/// Something that holds or not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Predicate {
    Compare { left: Term, greater: bool, right: Term },
    Sector { of: Term, system: System, is: String },
    Relation { name: &'static str, a: Entity, b: Entity },
    /// `all` of the parts, otherwise any of them.
    Join { all: bool, of: Vec<Predicate> },
    Not { of: Box<Predicate> },
    Claim { question: Box<Question>, answer: Answer },
}

/// `less` or `greater`; true for `greater`.
pub(crate) fn comparison(json: &Json) -> Result<bool, Rejection> {
    json.word(&[("less", false), ("greater", true)])
}

fn extreme(json: &Json) -> Result<bool, Rejection> {
    json.word(&[("least", false), ("most", true)])
}

fn candidates(json: &Json) -> Result<Vec<Entity>, Rejection> {
    let among = json.items(Entity::read)?;
    if among.is_empty() || among.contains(&Entity::Each) {
        return Err(json.fault("at least one candidate, none of them ?"));
    }
    Ok(among)
}

impl Question {
    pub(crate) fn read(json: &Json) -> Result<Self, Rejection> {
        let form = json.maybe("form").ok_or_else(|| json.fault("an object with the key \"form\""))?;
        match form.text()? {
            "value" => {
                json.keys(&["form", "of"], &["in"])?;
                let system = json.maybe("in").map(|system| System::read(&system)).transpose()?;
                Ok(Self::Value { of: Term::read(&json.get("of"))?, system })
            }
            "pick" => {
                json.keys(&["form", "want", "of", "among"], &[])?;
                let among = candidates(&json.get("among"))?;
                Ok(Self::Pick { most: extreme(&json.get("want"))?, of: Term::read(&json.get("of"))?, among })
            }
            "order" => {
                json.keys(&["form", "first", "of", "among"], &[])?;
                let among = candidates(&json.get("among"))?;
                Ok(Self::Order { falling: extreme(&json.get("first"))?, of: Term::read(&json.get("of"))?, among })
            }
            "which" => {
                json.keys(&["form", "where", "among"], &[])?;
                let among = candidates(&json.get("among"))?;
                Ok(Self::Which { filter: Predicate::read(&json.get("where"))?, among })
            }
            "test" => {
                json.keys(&["form", "that"], &[])?;
                Ok(Self::Test { that: Predicate::read(&json.get("that"))? })
            }
            "count" => {
                json.keys(&["form", "class"], &["where"])?;
                let filter = json.maybe("where").map(|filter| Predicate::read(&filter)).transpose()?;
                Ok(Self::Count { class: json.get("class").text()?.to_owned(), filter })
            }
            _ => Err(form.fault("value, pick, which, order, test or count")),
        }
    }
}

impl Predicate {
    fn read(json: &Json) -> Result<Self, Rejection> {
        let test = json.maybe("test").ok_or_else(|| json.fault("an object with the key \"test\""))?;
        match test.text()? {
            "compare" => {
                json.keys(&["test", "left", "is", "right"], &[])?;
                let (left, right) = (Term::read(&json.get("left"))?, Term::read(&json.get("right"))?);
                Ok(Self::Compare { left, greater: comparison(&json.get("is"))?, right })
            }
            "sector" => {
                json.keys(&["test", "of", "in", "is"], &[])?;
                let system = System::read(&json.get("in"))?;
                Ok(Self::Sector { of: Term::read(&json.get("of"))?, system, is: system.word(&json.get("is"))? })
            }
            "relation" => {
                json.keys(&["test", "name", "a", "b"], &[])?;
                let name = relation::name(&json.get("name"))?;
                Ok(Self::Relation { name, a: Entity::read(&json.get("a"))?, b: Entity::read(&json.get("b"))? })
            }
            word @ ("all" | "any") => {
                json.keys(&["test", "of"], &[])?;
                let of = json.get("of").items(Self::read)?;
                if of.is_empty() {
                    return Err(json.get("of").fault("at least one part"));
                }
                Ok(Self::Join { all: word == "all", of })
            }
            "not" => {
                json.keys(&["test", "of"], &[])?;
                Ok(Self::Not { of: Box::new(Self::read(&json.get("of"))?) })
            }
            "claim" => {
                json.keys(&["test", "question", "answer"], &[])?;
                let question = Box::new(Question::read(&json.get("question"))?);
                Ok(Self::Claim { question, answer: Answer::read(&json.get("answer"))? })
            }
            _ => Err(test.fault("compare, sector, relation, all, any, not or claim")),
        }
    }
}
