//! The text of the table of kinds: read, checked field by field.

use std::collections::BTreeMap;

use scene::{LabelTable, geometry::Vec3, normalise};
use serde::Deserialize;

use crate::{Form, Kind, Kinds, KindsError, Material, Primitive, RoomKind, Rule, Surface, shape::whole};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    colours: BTreeMap<String, [u8; 3]>,
    kind: Vec<toml::Table>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    label: String,
    name: Option<String>,
    width: [f64; 2],
    depth: [f64; 2],
    height: [f64; 2],
    #[serde(default)]
    front: bool,
    material: Material,
    colours: Vec<String>,
    light: Option<f64>,
    #[serde(default)]
    rooms: BTreeMap<RoomKind, [u32; 2]>,
    clear: Option<f64>,
    place: Rule<String>,
    shape: Vec<Part>,
    #[serde(default)]
    surfaces: Vec<Surface>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    #[serde(default)]
    form: Form,
    #[serde(default)]
    axis: Axis,
    #[serde(default = "whole")]
    x: [f64; 2],
    #[serde(default = "whole")]
    y: [f64; 2],
    #[serde(default = "whole")]
    z: [f64; 2],
    #[serde(default = "one")]
    top: f64,
    #[serde(default = "one")]
    bottom: f64,
    #[serde(default)]
    mirror: Mirror,
    colour: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Axis {
    X,
    Y,
    #[default]
    Z,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mirror {
    #[default]
    None,
    X,
    Y,
    Xy,
}

fn one() -> f64 {
    1.0
}

/// Names the kind in every complaint about it.
struct Complaint<'a>(&'a str);

impl Complaint<'_> {
    fn of(&self, field: &'static str, problem: impl Into<String>) -> KindsError {
        KindsError::Field { kind: self.0.to_owned(), field, problem: problem.into() }
    }
}

pub(crate) fn parse(text: &str) -> Result<Kinds, KindsError> {
    let file: File = toml::from_str(text).map_err(|error| KindsError::Syntax(error.to_string()))?;
    let mut kinds: Vec<Kind> = Vec::with_capacity(file.kind.len());
    for (position, table) in file.kind.into_iter().enumerate() {
        let name = ["name", "label"].iter().find_map(|key| table.get(*key)?.as_str().map(str::to_owned));
        let name = name.unwrap_or_else(|| format!("number {}", position + 1));
        let complaint = Complaint(&name);
        let entry: Entry =
            table.try_into().map_err(|error: toml::de::Error| complaint.of("one of its fields", error.message()))?;
        let kind = checked(entry, &kinds, &file.colours, &complaint)?;
        kinds.push(kind);
    }
    Ok(Kinds { kinds, colours: file.colours })
}

fn checked(
    entry: Entry,
    before: &[Kind],
    colours: &BTreeMap<String, [u8; 3]>,
    complaint: &Complaint<'_>,
) -> Result<Kind, KindsError> {
    let name = entry.name.unwrap_or_else(|| entry.label.clone());
    if before.iter().any(|kind| kind.name == name) {
        return Err(complaint.of("name", "stands twice"));
    }
    if LabelTable::builtin().known(&entry.label) != Some(&entry.label) || normalise(&entry.label) != entry.label {
        return Err(complaint.of("label", format!("{:?} is no label of the label table", entry.label)));
    }
    let size = |field, range: [f64; 2]| millimetres(range).map_err(|problem| complaint.of(field, problem));
    let size_mm = [size("width", entry.width)?, size("depth", entry.depth)?, size("height", entry.height)?];
    if entry.colours.is_empty() {
        return Err(complaint.of("colours", "none is named"));
    }
    let named = entry.colours.iter().chain(entry.shape.iter().filter_map(|part| part.colour.as_ref()));
    if let Some(colour) = named.into_iter().find(|colour| !colours.contains_key(*colour)) {
        return Err(complaint.of("colours", format!("{colour:?} is not in [colours]")));
    }
    if let Some((room, [least, most])) = entry.rooms.iter().find(|(_, [least, most])| least > most || *most > 20) {
        return Err(complaint.of("rooms", format!("{}: {least} to {most} is no range up to 20", room.name())));
    }
    if let Some(value) = entry.clear.into_iter().chain(entry.light).find(|value| !(0.0..=1e5).contains(value)) {
        return Err(complaint.of("clear or light", format!("{value} is negative or too large")));
    }
    rule_fault(&entry.place).map_or(Ok(()), |problem| Err(complaint.of("place", problem)))?;
    if let Some(missing) = entry.place.of().iter().find(|of| !before.iter().any(|kind| kind.name == **of)) {
        return Err(complaint.of("place.of", format!("no kind {missing:?} comes before it")));
    }
    let position = |of: String| before.iter().position(|kind| kind.name == of).unwrap_or_default();
    let shape: Vec<Primitive> = entry.shape.iter().flat_map(mirrored).collect();
    for primitive in &shape {
        let scales = [primitive.top, primitive.bottom];
        let in_box = primitive.low.cmplt(primitive.high).all()
            && primitive.low.cmpge(Vec3::ZERO).all()
            && primitive.high.cmple(Vec3::ONE).all();
        if !in_box {
            return Err(complaint.of("shape", format!("{} to {} is no box in [0, 1]", primitive.low, primitive.high)));
        }
        if scales.iter().any(|scale| !(0.01..=1.0).contains(scale)) || !scales.contains(&1.0) {
            return Err(complaint.of("shape", "top and bottom are within 0.01 to 1, and one of them is 1"));
        }
    }
    let low = shape.iter().fold(Vec3::ONE, |low, primitive| low.min(primitive.low));
    let high = shape.iter().fold(Vec3::ZERO, |high, primitive| high.max(primitive.high));
    if low != Vec3::ZERO || high != Vec3::ONE {
        return Err(complaint.of("shape", format!("fills {low} to {high}, not the whole box")));
    }
    for surface in &entry.surfaces {
        if !shape.iter().any(|primitive| primitive.carries(surface)) {
            return Err(complaint.of("surfaces", format!("no primitive has its top under z = {}", surface.z)));
        }
    }
    Ok(Kind {
        rule: entry.place.with(position),
        name,
        label: entry.label,
        size_mm,
        front: entry.front,
        material: entry.material,
        colours: entry.colours,
        light_lm: entry.light,
        rooms: entry.rooms,
        clear_m: entry.clear,
        shape,
        surfaces: entry.surfaces,
    })
}

/// A range of whole millimetres.
fn millimetres(range_m: [f64; 2]) -> Result<[u32; 2], String> {
    let [least, most] = range_m.map(|value| (value * 1000.0).round());
    if !(2.0..=5000.0).contains(&least) || !(least..=5000.0).contains(&most) {
        return Err(format!("{range_m:?} is no range of metres within 0.002 to 5"));
    }
    Ok([least as u32, most as u32])
}

fn rule_fault(rule: &Rule<String>) -> Option<String> {
    let turn = |turn: f64| (!(0.0..=180.0).contains(&turn)).then(|| format!("turn {turn} is not within 0 to 180"));
    let range = |[least, most]: [f64; 2]| {
        (!(0.0..=3.0).contains(&least) || !(least..=3.0).contains(&most))
            .then(|| format!("{least} to {most} is no range of metres up to 3"))
    };
    match rule {
        Rule::Free { turn: by } | Rule::On { turn: by, .. } | Rule::Under { turn: by, .. } => turn(*by),
        Rule::Before { gap, .. } => range(*gap),
        Rule::Hung { bottom } | Rule::Above { bottom, .. } => range(*bottom),
        Rule::Around { tuck, sides, .. } => range([0.0, *tuck]).or_else(|| sides.is_empty().then(|| "no sides".into())),
        _ => None,
    }
}

/// The part and its mirror images.
fn mirrored(part: &Part) -> Vec<Primitive> {
    let (in_x, in_y) = match part.mirror {
        Mirror::None => (false, false),
        Mirror::X => (true, false),
        Mirror::Y => (false, true),
        Mirror::Xy => (true, true),
    };
    let flip = |[from, to]: [f64; 2]| [1.0 - to, 1.0 - from];
    let mut all = Vec::new();
    for (flip_x, flip_y) in [(false, false), (true, false), (false, true), (true, true)] {
        if (flip_x && !in_x) || (flip_y && !in_y) {
            continue;
        }
        let (x, y) = (if flip_x { flip(part.x) } else { part.x }, if flip_y { flip(part.y) } else { part.y });
        all.push(Primitive {
            form: part.form,
            axis: part.axis as usize,
            low: Vec3::new(x[0], y[0], part.z[0]),
            high: Vec3::new(x[1], y[1], part.z[1]),
            bottom: part.bottom,
            top: part.top,
            colour: part.colour.clone(),
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: &str = r#"
        label = "box"
        width = [0.2, 0.4]
        depth = [0.2, 0.4]
        height = [0.1, 0.3]
        material = "paper"
        colours = ["white"]
        rooms = { hall = [0, 1] }
        place = { rule = "free", turn = 10 }
        shape = [{}]
    "#;

    fn parsed(kinds: &[&str]) -> Result<Kinds, KindsError> {
        parse(&format!("[colours]\nwhite = [255, 255, 255]\n[[kind]]\n{}", kinds.join("\n[[kind]]\n")))
    }

    #[test]
    fn a_fault_names_its_kind_and_field() {
        assert_eq!(parsed(&[BOX]).expect("kinds").kinds.len(), 1);
        for (from, to, field) in [
            ("\"box\"", "\"dragonfly\"", "label"),
            ("[0.2, 0.4]", "[0.4, 0.2]", "width"),
            ("[0.1, 0.3]", "[0.1, 9.0]", "height"),
            ("[\"white\"]", "[\"octarine\"]", "colours"),
            ("[\"white\"]", "[]", "colours"),
            ("hall = [0, 1]", "hall = [2, 1]", "rooms"),
            ("turn = 10", "turn = 999", "place"),
            ("\"free\", turn = 10", "\"on\", of = [\"table\"], turn = 0", "place.of"),
            ("[{}]", "[{ x = [0, 0.5] }]", "shape"),
            ("[{}]", "[{ x = [0.5, 0] }]", "shape"),
            ("[{}]", "[{ top = 2.0 }]", "shape"),
            ("[{}]", "[{}]\nsurfaces = [{ z = 0.5 }]", "surfaces"),
            ("[{}]", "[{ form = \"cylinder\" }]\nsurfaces = [{ z = 1 }]", "surfaces"),
            ("[{}]", "[{}]\nclear = -1.0", "clear or light"),
            ("\"paper\"", "\"cheese\"", "one of its fields"),
            ("[{}]", "[{}]\nsmell = 1", "one of its fields"),
        ] {
            match parsed(&[&BOX.replacen(from, to, 1)]) {
                Err(KindsError::Field { kind, field: found, problem }) => {
                    assert_eq!(found, field, "{to}: {problem}");
                    assert!(kind == "box" || kind == "dragonfly", "{kind}");
                }
                other => panic!("{to}: {other:?}"),
            }
        }
        let twice = parsed(&[BOX, BOX]).expect_err("twice").to_string();
        assert_eq!(twice, "kind \"box\": name: stands twice");
        assert!(matches!(parse("colours = 3"), Err(KindsError::Syntax(_))));
    }

    #[test]
    fn the_table_in_the_binary_is_sound() {
        Kinds::builtin().expect("kinds");
    }
}
