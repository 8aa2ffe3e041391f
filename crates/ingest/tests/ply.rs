//! PLY files of other programs.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use common::shared;
use ingest::ply::read_ply;

#[test]
fn clouds_of_other_programs() {
    for (below, vertices, triangles, scalar) in [
        ("scenes/adt_kitchen/derived/points_3cm.ply", 109_390, 0, Some("instance")),
        ("scenes/open3d_redwood/ColoredICP/frag_115.ply", 64_365, 127_229, None),
        ("scenes/open3d_redwood/livingroom1_clean_micro/fragment_002.ply", 112_698, 0, None),
    ] {
        let Some(file) = shared(below) else { return };
        let ply = read_ply(&file, &["instance"]).unwrap();
        assert_eq!((ply.vertices.len(), ply.triangles.len()), (vertices, triangles), "{below}");
        assert_eq!(ply.colours.len(), vertices);
        assert_eq!(ply.scalars.keys().next().map(String::as_str), scalar);
        // Rooms of some metres.
        assert!(ply.vertices.iter().all(|p| p.length() < 30.0));
        let again = ingest::ply::parse_ply(&ply.to_bytes(&file).unwrap(), &file, &["instance"]).unwrap();
        assert_eq!((&again.triangles, &again.scalars), (&ply.triangles, &ply.scalars));
        let off = again.vertices.iter().zip(&ply.vertices).map(|(a, b)| a.distance(*b));
        assert!(off.fold(0.0, f64::max) < 1e-6);
    }
}
