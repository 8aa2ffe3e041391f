//! Which step concludes a question, and what its answer must be.

use serde_json::{Value, json};

use crate::class::counted;
use crate::measure::Amount;
use crate::value::{canonical, entity_ids, entity_text, index, is_turn, items, number, text};
use crate::walk::{EXACTLY, Each, Outcome, Walk};

impl<'a> Walk<'a> {
    /// The step must conclude this question; gives the answer.
    pub(crate) fn conclude(&self, question: &Value, each: Each, at: usize) -> Outcome<&'a Value> {
        let answer = &self.step(at, "conclude")?["answer"];
        let (form, from) = (text(question, "form"), self.cited(at, "from")?);
        let found = items(question, "among").iter().map(|entity| self.entity(entity, None, at));
        let among = found.collect::<Outcome<Vec<_>>>()?;
        // The candidates that a condition leaves, by the steps that decide it and come first.
        let filter = question.get("where").filter(|_| form == "pick");
        let decided = filter.map_or(0, |_| among.len().min(from.len()));
        let mut left: Vec<usize> = (0..among.len()).collect();
        if let Some(filter) = filter {
            self.ensure(decided == among.len(), at, "from", [&among.len(), &decided])?;
            let fits = |(candidate, cite): (&String, &usize)| self.truth(filter, Some(candidate), *cite);
            let fits = among.iter().zip(&from).map(fits).collect::<Outcome<Vec<_>>>()?;
            left.retain(|candidate| fits[*candidate]);
            self.ensure(!left.is_empty(), at, "answer", [&"a candidate that fits", &"none"])?;
        }
        let count = match form {
            "pick" | "order" => decided + 2 * left.len() - 1,
            "which" => among.len(),
            "locate" => 3,
            "turns" => 2 * items(question, "along").len() - 3 + usize::from(!question["facing"].is_null()),
            _ => 1,
        };
        self.ensure(from.len() == count, at, "from", [&count, &from.len()])?;
        // A candidate's position in the question, from its number (the first of several) and what it is called.
        let place = |id: &Value, name: &Value| {
            let first = |i: usize| entity_ids(&among[i]).is_some_and(|ids| *id == ids[0]);
            let camera = |i: usize| answer["kind"] == "frame" && among[i].strip_prefix('@') == name.as_str();
            let pixel = json!(format!("@{}:{},{}", text(answer, "frame"), answer["column"], answer["row"]));
            let pixel = |i: usize| answer["kind"] == "pixel" && pixel == among[i];
            let place =
                (0..among.len()).find(|i| pixel(*i) || camera(*i) || question["among"][*i] == *name && first(*i));
            place.ok_or_else(|| self.wrong(at, "answer", [&"candidates of the question", &canonical(answer)]))
        };
        let derived = match form {
            "value" if question["in"].is_string() => {
                let word = self.sector(&question["of"], &question["in"], each, from[0])?;
                json!({"kind": "sector", "in": question["in"], "word": word})
            }
            "value" => {
                let amount = self.quantity(&question["of"], each, from[0])?;
                let turn = is_turn(&question["of"]);
                let stated = Amount { unit: if turn { "deg" } else { text(answer, "unit") }, ..Amount::read(answer) };
                let kind = if turn { "turn" } else { "quantity" };
                self.ensure(answer["kind"] == kind, at, "answer", [&kind, &canonical(answer)])?;
                self.agrees(at, &stated, &amount, EXACTLY)?;
                answer.clone()
            }
            "pick" | "order" => {
                let (quantities, comparisons) = from[decided..].split_at(left.len());
                for (candidate, cite) in left.iter().zip(quantities) {
                    self.quantity(&question["of"], Some(&among[*candidate]), *cite)?;
                }
                let pairs: Vec<(usize, usize)> = if form == "pick" {
                    let winner = place(&answer["id"], &answer["name"])?;
                    let winner = left.iter().position(|candidate| *candidate == winner);
                    let winner = winner
                        .ok_or_else(|| self.wrong(at, "answer", [&"a candidate that fits", &canonical(answer)]))?;
                    (0..left.len()).filter(|rival| *rival != winner).map(|rival| (winner, rival)).collect()
                } else {
                    let (ids, names) = (items(answer, "ids"), items(answer, "names"));
                    let places = ids.iter().zip(names).map(|(id, name)| place(id, name));
                    let places = places.collect::<Outcome<Vec<_>>>()?;
                    let all = places.len() == among.len() && ids.len() == names.len();
                    self.ensure(all, at, "answer", [&"every candidate once", &canonical(answer)])?;
                    places.windows(2).map(|pair| (pair[0], pair[1])).collect()
                };
                let is = if question["want"] == "most" || question["first"] == "most" { "greater" } else { "less" };
                for ((left, right), cite) in pairs.into_iter().zip(comparisons) {
                    let (left, right, step) = (quantities[left], quantities[right], self.step(*cite, "compare")?);
                    let fits = (index(&step["left"]), index(&step["right"])) == (left, right) && step["is"] == is;
                    self.ensure(fits, *cite, "left, is, right", [&format!("{left} {is} {right}"), &"others"])?;
                    self.ensure(self.compared(*cite)? && step["holds"] == true, *cite, "holds", [&true, &false])?;
                }
                answer.clone()
            }
            "which" => {
                let fits =
                    |(candidate, cite): (&String, &usize)| self.truth(&question["where"], Some(candidate), *cite);
                let fits = among.iter().zip(&from).map(fits).collect::<Outcome<Vec<_>>>()?;
                let one = fits.iter().filter(|fits| **fits).count() == 1;
                let only = one && fits[place(&answer["id"], &answer["name"])?];
                self.ensure(only, at, "answer", [&"the one candidate that fits", &canonical(answer)])?;
                answer.clone()
            }
            "locate" => {
                for (axis, cite) in ["right", "down", "forward"].iter().zip(&from) {
                    let term = json!({"measure": "coordinate", "axis": axis, "of": question["of"], "frame": question["frame"]});
                    self.quantity(&term, each, *cite)?;
                }
                let along = |key: &str| from.iter().map(|cite| number(&self.steps[*cite], key)).collect::<Vec<_>>();
                json!({"kind": "point", "value": along("value"), "lo": along("lo"), "hi": along("hi")})
            }
            "region" => {
                self.quantity(&question["of"], each, from[0])?;
                let fits = self.rules.is_region(&self.steps[from[0]]["term"], answer);
                let fits = fits.map_err(|expected| self.wrong(at, "answer", [&expected, &canonical(answer)]))?;
                self.ensure(
                    fits && answer["kind"] == "region",
                    at,
                    "answer",
                    [&"what is certainly free", &canonical(answer)],
                )?;
                answer.clone()
            }
            "turns" => {
                let (along, first) = (items(question, "along"), usize::from(!question["facing"].is_null()));
                let (turns, legs) = from.split_at(along.len() - 2 + first);
                let facing =
                    json!({"measure": "bearing", "at": along[0], "facing": question["facing"], "of": along[1]});
                let bends = along.windows(3).map(|p| json!({"measure": "bend", "from": p[0], "at": p[1], "to": p[2]}));
                let angles = std::iter::once(facing).take(first).chain(bends).zip(turns);
                let words = angles.map(|(angle, cite)| self.sector(&angle, &json!("axes"), each, *cite));
                let words = words.collect::<Outcome<Vec<_>>>()?;
                for (leg, cite) in along.windows(2).zip(legs) {
                    let width = json!({"measure": "passage_width", "from": leg[0], "to": leg[1]});
                    let walker = json!({"measure": "constant", "value": 0.4, "unit": "m"});
                    let wide = json!({"test": "compare", "left": width, "is": "greater", "right": walker});
                    self.ensure(self.truth(&wide, each, *cite)?, *cite, "holds", [&true, &false])?;
                }
                json!({"kind": "turns", "words": words})
            }
            "test" => json!({"kind": "yes_no", "value": self.truth(&question["that"], each, from[0])?}),
            _ => json!({"kind": "count", "value": self.count(question, from[0])?}),
        };
        self.same(at, "answer", answer, &derived).map(|()| answer)
    }

    /// The step must count the objects of a question's class; gives how many.
    fn count(&self, question: &Value, at: usize) -> Outcome<u64> {
        let (step, class) = (self.step(at, "count")?, text(question, "class"));
        let resolve = self.step(self.cite(at, "of")?, "resolve")?;
        self.same(at, "of", &resolve["reference"], &question["class"])?;
        let members = self.members.get(class).map_or(&[][..], Vec::as_slice);
        let (tests, filter) = (self.cited(at, "tests")?, question.get("where"));
        let wanted = filter.map_or(0, |_| members.len());
        self.ensure(tests.len() == wanted, at, "tests", [&wanted, &tests.len()])?;
        let count = if let Some(filter) = filter {
            let test = |(member, test): (&u32, usize)| self.truth(filter, Some(&entity_text(&[*member], "|")), test);
            let truths = members.iter().zip(tests).map(test).collect::<Outcome<Vec<_>>>()?;
            truths.into_iter().map(u64::from).sum()
        } else {
            let number = counted(self.rules, class);
            number.map_err(|expected| self.wrong(at, "of", [&expected, &"otherwise in the scene"]))?
        };
        self.ensure(step["value"] == count, at, "value", [&count, &step["value"]]).map(|()| count)
    }
}
