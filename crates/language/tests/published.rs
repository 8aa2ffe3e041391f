//! Published wordings, as their benchmarks print them.

mod common;

use common::{book, scene};
use language::Format;

#[test]
fn vsi_bench_prompts_are_read_as_they_are() {
    let scene = scene();
    for (text, task) in [
        (
            "Measuring from the closest point of each object, what is the distance between the tv and the sofa (in meters)?",
            "absolute_distance",
        ),
        (
            "What is the length of the longest dimension (length, width, or height) of the tv stand, measured in centimeters?",
            "object_size",
        ),
        ("How many chair(s) are in this room?", "object_counting"),
        (
            "What is the size of this room (in square meters)? \nIf multiple rooms are shown, estimate the size of the combined space.",
            "room_size",
        ),
        (
            "Measuring from the closest point of each object, which of these objects (chair, table, trash bin, tv) is the closest to the sofa?",
            "relative_distance",
        ),
        (
            "If I am standing by the tv and facing the sofa, is the table to my front-left, front-right, back-left, or back-right?\nThe directions refer to the quadrants of a Cartesian plane (if I am standing at the origin and facing along the positive y-axis).",
            "relative_direction",
        ),
        (
            "If I am standing by the tv and facing the sofa, is the table to my left, right, or back?\nAn object is to my back if I would have to turn at least 135 degrees in order to face it.",
            "relative_direction_medium",
        ),
        (
            "If I am standing by the tv and facing the sofa, is the table to the left or the right of the sofa?",
            "relative_direction_easy",
        ),
    ] {
        let plain = book().parse(&scene, text).unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
        assert_eq!(plain.task, task);
        assert_eq!(plain.format, Format::FreeForm);
        let prompt = format!(
            "These are frames of a video.\n{text}\nOptions:\nA. one\nB. two\nC. three\nD. four\nAnswer with the option's letter from the given choices directly."
        );
        let full = book().parse(&scene, &prompt).unwrap_or_else(|refusal| panic!("{prompt}: {refusal}"));
        assert_eq!((full.question, full.format), (plain.question, Format::MultipleChoice));
        assert_eq!(full.options, ["one", "two", "three", "four"]);
    }
}

#[test]
fn what_people_type() {
    let scene = scene();
    for (text, task) in [
        ("distance between sofa and tv", "absolute_distance"),
        ("how far apart are the sofa and the tv?", "absolute_distance"),
        ("What's the distance from the sofa to the TV in metres", "absolute_distance"),
        ("how tall is the lamp", "object_dimension"),
        ("which is bigger, the sofa or the table?", "volume_comparison"),
        ("is the sofa bigger than the table", "is_larger"),
        ("how big is this room?", "room_size"),
        ("How many chairs?", "object_counting"),
        ("what is the lamp's height", "object_dimension"),
        ("Is the sofa within three metres of the table?", "is_within"),
        ("is the \"picture\" above the sofa?", "is_related"),
    ] {
        let parsed = book().parse(&scene, text).unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
        assert_eq!(parsed.task, task, "{text}");
    }
}
