//! Objects of a `ScanNet` scan: groups of segments, segments of vertices.

use std::{collections::BTreeSet, path::Path};

use scene::{
    Object, ObjectId, SceneParts,
    geometry::{OrientedBox, Vec2, Vec3, least_rectangle},
};

use crate::{
    IngestError, Report,
    json::read_json,
    scan::Scan,
    scannet::name_of,
    scannet_files::{Aggregation, Group, Segments},
    scannet_labels::Labels,
};

/// Fewer vertices than this span no box.
const LEAST_VERTICES: usize = 4;

/// With fewer vertices than this a box is a rough guess, which the report says.
const FEW_VERTICES: usize = 50;

/// Largest difference in height between parts of one floor or ceiling, metres.
const LEVEL_M: f64 = 0.15;

/// Labels of the room's shell.
const SHELL: [&str; 3] = ["wall", "floor", "ceiling"];

/// Adds the objects and the heights of the room; gives the vertices of each object.
pub(crate) fn read(
    segments_file: &Path,
    groups_file: &Path,
    vertices: &[Vec3],
    labels: &Labels,
    parts: &mut SceneParts,
    report: &mut Report,
) -> Result<Scan, IngestError> {
    let Segments { of_vertex } = read_json(segments_file)?;
    if of_vertex.len() != vertices.len() {
        let problem = format!("segments of {} vertices, but the mesh has {}", of_vertex.len(), vertices.len());
        return Err(IngestError::value(segments_file, "segIndices", of_vertex.len(), problem));
    }
    let Aggregation { groups, segments_file: stated } = read_json(groups_file)?;
    if let Some(stated) = stated.filter(|stated| !stated.is_empty() && !stated.ends_with(&name_of(segments_file))) {
        let problem = format!("the groups are of other segments than {}", name_of(segments_file));
        return Err(IngestError::value(groups_file, "segmentsFile", stated, problem));
    }
    report.read("groups", groups.len());
    check_numbers(groups_file, &groups, report)?;
    let (members, free) = members(&of_vertex, vertices, &groups, report);
    let mut scan = Scan::default();
    scan.add_rest(&free);
    let mut shell: [Vec<Vec<f64>>; 2] = Default::default();
    let mut few = 0;
    for (position, (group, members)) in groups.iter().zip(members).enumerate() {
        let what = format!("object {} ({})", group.object_id, group.label);
        let (label, names) = labels.of(&group.label, report);
        if label.is_empty() {
            let field = format!("segGroups[{position}].label");
            return Err(IngestError::value(groups_file, field, &group.label, "holds no letter or digit"));
        }
        if SHELL.contains(&label.as_str()) {
            report.refuse(what, format!("{label}: part of the room's shell, not an object"));
            let slot = usize::from(label == "ceiling");
            if label != "wall" && !members.is_empty() {
                shell[slot].push(members.iter().map(|p| p.z).collect());
            }
            scan.add_rest(&members);
            continue;
        }
        if members.len() < LEAST_VERTICES {
            report.refuse(what, format!("only {} vertices of the mesh belong to it", members.len()));
            scan.add_rest(&members);
            continue;
        }
        few += usize::from(members.len() < FEW_VERTICES);
        let bounds = upright_box(&members).ok_or_else(|| {
            let field = format!("segGroups[{position}]");
            IngestError::value(groups_file, field, &group.label, "its vertices have no box")
        })?;
        // `check_numbers` has kept the largest number free.
        let id = ObjectId(group.object_id.saturating_add(1));
        scan.add(id, &members);
        parts.objects.push(Object { id, label, names, bounds, front: None });
    }
    report.convert("box of a group: the upright box of least footprint around its vertices", parts.objects.len());
    if few > 0 {
        report.notes.push(format!("{few} objects have fewer than {FEW_VERTICES} vertices; their boxes are rough"));
    }
    let [floors, ceilings] = shell;
    parts.room.floor_height_m = level("floor", &floors, report);
    parts.room.ceiling_height_m = level("ceiling", &ceilings, report);
    Ok(scan)
}

/// Every object has its own number, which leaves room for one more.
fn check_numbers(file: &Path, groups: &[Group], report: &mut Report) -> Result<(), IngestError> {
    let mut seen = BTreeSet::new();
    for (position, group) in groups.iter().enumerate() {
        if group.object_id == u32::MAX || !seen.insert(group.object_id) {
            let field = format!("segGroups[{position}].objectId");
            return Err(IngestError::value(file, field, group.object_id, "stands twice, or is too large"));
        }
    }
    let other = groups.iter().filter(|group| group.id != i64::from(group.object_id)).count();
    if other > 0 {
        report.notes.push(format!("{other} groups have an id other than their objectId; objectId is taken"));
    }
    Ok(())
}

/// The vertices of each group, and those of none.
fn members(of_vertex: &[u32], vertices: &[Vec3], groups: &[Group], report: &mut Report) -> (Vec<Vec<Vec3>>, Vec<Vec3>) {
    let mut owners: Vec<(u32, usize)> = groups
        .iter()
        .enumerate()
        .flat_map(|(group, g)| g.segments.iter().map(move |segment| (*segment, group)))
        .collect();
    owners.sort_unstable();
    let all = owners.len();
    owners.dedup();
    if owners.len() < all {
        report.notes.push(format!("{} segments stand twice in their own group", all - owners.len()));
    }
    let shared = owners.windows(2).filter(|pair| pair[0].0 == pair[1].0).count();
    if shared > 0 {
        report.notes.push(format!("{shared} segments belong to several groups; their vertices count for each"));
    }
    let mut members = vec![Vec::new(); groups.len()];
    let mut met = vec![false; owners.len()];
    let mut free = Vec::new();
    let mut last: Option<(u32, std::ops::Range<usize>)> = None;
    for (segment, p) in of_vertex.iter().zip(vertices) {
        let range = match &last {
            Some((known, range)) if known == segment => range.clone(),
            _ => {
                let from = owners.partition_point(|(owner, _)| owner < segment);
                let to = from + owners[from..].iter().take_while(|(owner, _)| owner == segment).count();
                met[from..to].fill(true);
                last = Some((*segment, from..to));
                from..to
            }
        };
        if range.is_empty() {
            free.push(*p);
        }
        for (_, group) in &owners[range] {
            members[*group].push(*p);
        }
    }
    let absent = met.iter().filter(|met| !**met).count();
    if absent > 0 {
        report.notes.push(format!("{absent} segments of groups have no vertex in the mesh"));
    }
    report.notes.push(format!("{} of {} vertices belong to no group", free.len(), vertices.len()));
    (members, free)
}

/// The upright box of least footprint around points.
pub(crate) fn upright_box(points: &[Vec3]) -> Option<OrientedBox> {
    let flat: Vec<Vec2> = points.iter().map(|p| p.truncate()).collect();
    let footprint = least_rectangle(&flat)?;
    let (low, high) =
        points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p.z), high.max(p.z)));
    let centre = footprint.centre.extend(f64::midpoint(low, high));
    OrientedBox::upright(centre, footprint.half.extend((high - low) / 2.0), footprint.yaw_rad).ok()
}

/// The median height of a floor or ceiling, where its parts agree.
fn level(of: &str, parts: &[Vec<f64>], report: &mut Report) -> Option<f64> {
    let medians: Vec<f64> = parts.iter().filter_map(|heights| median(heights.clone())).collect();
    let (low, high) = medians.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), m| (l.min(*m), h.max(*m)));
    if medians.is_empty() {
        report.notes.push(format!("no {of} is annotated; its height is unknown"));
        return None;
    }
    if high - low > LEVEL_M {
        report.notes.push(format!(
            "{} parts of the {of} lie {:.2} m apart; its height is unknown",
            medians.len(),
            high - low
        ));
        return None;
    }
    report.convert(&format!("height of the {of}: the median height of its vertices"), 1);
    median(parts.concat())
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    let middle = values.len() / 2;
    values.sort_by(f64::total_cmp);
    values.get(middle).copied()
}
