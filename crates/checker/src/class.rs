//! What the words of a question stand for, found by going through all objects of the scene.

use std::collections::{BTreeMap, BTreeSet};

use scene::{Description, LabelTable, Object, ObjectId, normalise, regions};
use serde_json::Value;

use crate::measure::Rules;
use crate::value::{SLOTS, canonical, entity_ids, items, text};
use crate::view::SHOWN;
use crate::{Rejection, check};

/// What a word is needed for: one object, a candidate (of which a profile may allow several), or members to count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[rustfmt::skip]
enum Need { One, Candidate, Class }

/// The canonical label or name that a word stands for, and its objects by ascending number: without and with the
/// narrower kinds.
fn members<'a>(rules: &Rules<'a>, word: &str) -> (String, [Vec<u32>; 2]) {
    let (scene, table) = (rules.scene, LabelTable::builtin());
    let own = |o: &'a Object| std::iter::once(&o.label).chain(&o.names).map(|word| table.canonical(word));
    let all = |o: &'a Object| own(o).chain(table.wider(table.canonical(&o.label)));
    let known: BTreeSet<&str> = scene.objects().iter().flat_map(all).collect();
    // A word that is a class here means that class; otherwise it may be a spelling of one.
    let word = normalise(word);
    let spelled = || known.iter().find(|class| table.spellings(class).contains(&word));
    let class = known.get(&word[..]).or_else(spelled).map_or_else(|| table.canonical(&word), |class| *class);
    // The scene holds its objects by ascending number.
    let exact = scene.objects().iter().filter(|o| own(o).any(|own| own == class)).map(|o| o.id.0).collect();
    let wide = scene.objects().iter().filter(|o| all(o).any(|kind| kind == class)).map(|o| o.id.0).collect();
    (class.to_owned(), [exact, wide])
}

/// The objects a word stands for, by ascending number, and how many it counts; otherwise what is missing.
fn objects(rules: &Rules, word: &str, need: Need) -> Result<(Vec<u32>, u64), String> {
    let (scene, table, profile) = (rules.scene, LabelTable::builtin(), &rules.profile);
    let (class, [exact, wide]) = members(rules, word);
    let same = scene.parts().declared_counts.iter().filter(|(label, _)| table.canonical(label) == class);
    let declared = same.map(|(_, count)| u64::from(*count)).reduce(|a, b| a + b);

    let members = if profile.kinds { &wide } else { &exact };
    let boxes = members.len() as u64;
    let count = declared.filter(|_| profile.instances).unwrap_or(boxes);
    // A class of which only narrower kinds are here is their sum.
    let mixed = !exact.is_empty() && wide != exact;
    let doubt = profile.kinds && (mixed || declared.is_some_and(|declared| declared != boxes));
    match (need, members.first()) {
        (Need::Class, _) if doubt => Err("no narrower kinds, and as many boxes as are declared".to_owned()),
        (Need::Class, _) if count > 0 => Ok((members.clone(), count)),
        (Need::Candidate, Some(_)) if profile.instances => Ok((exact, 1)),
        (Need::One | Need::Candidate, Some(first)) if count == 1 => Ok((vec![*first], 1)),
        _ => Err(format!("one object or a class, not {count} objects")),
    }
}

/// How many objects a class counts, or what is missing.
pub(crate) fn counted(rules: &Rules, class: &str) -> Result<u64, String> {
    objects(rules, class, Need::Class).map(|(_, count)| count)
}

/// What a frame shows of a label, a name or (`~`) the marks of a region.
fn seen(rules: &Rules, word: &str) -> Result<(Vec<u32>, u64), String> {
    let (name, frame) = word.rsplit_once('@').unwrap_or((word, ""));
    let all = match name.strip_prefix('~') {
        Some(name) => {
            let region = regions().iter().find(|region| region.names.iter().any(|known| known == name));
            let labels = &region.ok_or("a region that is known")?.marked_by;
            labels.iter().flat_map(|label| members(rules, label).1[1].clone()).collect::<BTreeSet<_>>()
        }
        None => members(rules, name).1[usize::from(rules.profile.kinds)].iter().copied().collect(),
    };
    let shown = shown(rules, all, frame)?;
    let one = !name.starts_with('~');
    let fits = if one { shown.len() == 1 } else { !shown.is_empty() };
    if fits { Ok((shown, 1)) } else { Err("something that the frame shows, one of its name".to_owned()) }
}

/// The object that a description means, if the word is no class here: the answer to the question about all of its kind, or
/// about those of them that a frame shows, by a proof that holds.
fn described(rules: &Rules, word: &str, by: &Value) -> Option<Result<(Vec<u32>, u64), String>> {
    let (name, frame) = word.rsplit_once('@').map_or((word, None), |(name, frame)| (name, Some(frame)));
    let known = !members(rules, name).1[1].is_empty() || LabelTable::builtin().known(&normalise(name)).is_some();
    let description = Description::parse(name).filter(|found| rules.profile.kinds && !known && found.fits(frame))?;
    let alike = members(rules, &description.class).1[1].clone();
    let all = match frame {
        Some(frame) => shown(rules, alike, frame),
        None => Ok(alike),
    };
    Some(all.and_then(|ids| {
        let ids: Vec<ObjectId> = ids.into_iter().map(ObjectId).collect();
        let head = |field: &str| canonical(&by[field]);
        let fits = head("question") == canonical(&description.question(&ids, frame))
            && head("profile") == canonical(&rules.proof["profile"]);
        if !fits {
            return Err("a proof of the question that the words stand for".to_owned());
        }
        check(rules.scene, text(rules.proof, "scene_sha256"), by).map_err(|rejection| rejection.to_string())?;
        let answer = &by["answer"];
        let id = if description.rank == 1 { &answer["id"] } else { &answer["ids"][description.rank - 1] };
        let id = id.as_u64().and_then(|id| u32::try_from(id).ok()).ok_or("as many of the kind")?;
        Ok((vec![id], 1))
    }))
}

/// Those of them that a frame shows.
fn shown(rules: &Rules, all: impl IntoIterator<Item = u32>, frame: &str) -> Result<Vec<u32>, String> {
    let mut shown = Vec::new();
    for id in all {
        let (fraction, t) = (rules.seen(frame, ObjectId(id)).map_err(str::to_owned)?, rules.seen_tolerance());
        if fraction + t >= SHOWN && fraction - t < SHOWN {
            return Err("what is certainly shown or certainly not".to_owned());
        }
        shown.extend((fraction + t >= SHOWN).then_some(id));
    }
    Ok(shown)
}

/// What each word of the question stands for.
pub(crate) type Members = BTreeMap<String, Vec<u32>>;

/// Demands exactly one `resolve` step for each word of the question, with the objects that word stands for here.
pub(crate) fn resolve(rules: &Rules, question: &Value, steps: &[Value]) -> Result<Members, Rejection> {
    let fault = |word: &str, expected: String, found: &str| {
        Err(Rejection::Reference { reference: word.to_owned(), expected, found: found.to_owned() })
    };
    let (mut needs, mut members) = (BTreeSet::new(), Members::new());
    collect(question, &mut needs);
    let steps = steps.iter().filter(|step| step["rule"] == "resolve");
    let stated: Vec<_> =
        steps.map(|step| (text(step, "reference"), canonical(&step["objects"]), &step["by"])).collect();
    for (word, ..) in &stated {
        let once = stated.iter().filter(|(other, ..)| other == word).count() == 1;
        if !once || entity_ids(word).is_some() || !needs.iter().any(|(needed, _)| needed == word) {
            return fault(word, "one resolve step for each word of the question".to_owned(), "another");
        }
    }
    for (word, need) in needs {
        if let Some(ids) = entity_ids(word) {
            let several = rules.profile.instances && need == Need::Candidate;
            if need == Need::Class || (ids.len() > 1 && !several) || ids.iter().any(|id| rules.body(*id).is_err()) {
                return fault(word, "one object of the scene".to_owned(), "none or several");
            }
            continue;
        }
        let step = stated.iter().find(|(other, ..)| *other == word);
        let found = step.map_or("no resolve step", |(_, found, _)| found);
        let by = step.map_or(&Value::Null, |(.., by)| *by);
        let found_here = match described(rules, word, by) {
            Some(meant) if need != Need::Class => meant,
            _ if !by.is_null() => Err("a word that needs no proof".to_owned()),
            _ if word.contains('@') => seen(rules, word),
            _ => objects(rules, word, need),
        };
        match found_here {
            Ok((ids, _)) if canonical(&Value::from(&ids[..])) == found => members.insert(word.to_owned(), ids),
            Ok((ids, _)) => return fault(word, format!("{ids:?}"), found),
            Err(expected) => return fault(word, expected, "otherwise in the scene"),
        };
    }
    Ok(members)
}

/// Collects every word below a question with what it is needed for.
fn collect<'a>(value: &'a Value, needs: &mut BTreeSet<(&'a str, Need)>) {
    let candidate = if value["form"] == "which" || value["form"] == "pick" && value.get("where").is_some() {
        Need::One
    } else {
        Need::Candidate
    };
    let among = items(value, "among").iter().filter_map(Value::as_str).filter(|word| !word.starts_with('@'));
    needs.extend(among.map(|word| (word, candidate)));
    let along = items(value, "along").iter().filter_map(Value::as_str);
    needs.extend(along.map(|word| (word, Need::One)));
    needs.extend(value["class"].as_str().map(|word| (word, Need::Class)));
    let objects =
        SLOTS.iter().filter_map(|slot| value[*slot].as_str()).filter(|word| *word != "?" && !word.starts_with('@'));
    needs.extend(objects.map(|word| (word, Need::One)));
    for part in ["of", "where", "that", "left", "right", "question"].iter().filter_map(|part| value.get(part)) {
        collect(part, needs);
        part.as_array().into_iter().flatten().for_each(|part| collect(part, needs));
    }
}
