//! What is read from replies, kind by kind, and what is not.

use judge::reply::{Direction, Quantity, Read, Reply, Why};
use question::Unit;

/// A reading in one line: the value, `a | b` for a conflict, or the reason.
fn shown<T>(read: &Read<T>, show: impl Fn(&T) -> String) -> String {
    match read {
        Read::One(found) => show(&found.value),
        Read::Conflict { first, other } => format!("{} | {}", show(&first.value), show(&other.value)),
        Read::Nothing { why } => format!("{why:?}"),
    }
}

fn metres(text: &str) -> String {
    shown(&Reply::from(text).quantity(Unit::Metre, 1.0), |quantity| match quantity.value() {
        Some(value) => format!("{value:.6}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => format!("{}..{}", quantity.lo, quantity.hi),
    })
}

#[test]
fn lengths() {
    for (text, expected) in [
        ("2", "2"),
        ("2 m", "2"),
        ("2m", "2"),
        ("2 metres", "2"),
        ("2 meters.", "2"),
        ("about **2.5 m**", "2.5"),
        ("30 cm", "0.3"),
        ("30cm", "0.3"),
        ("120 millimeters", "0.12"),
        ("5 ft 3 in", "1.6002"),
        ("5 feet and 3 inches", "1.6002"),
        ("5'3\"", "1.6002"),
        ("2 yards", "1.8288"),
        ("1 m 20 cm", "1.2"),
        ("1,200 mm", "1.2"),
        ("1.2e3 mm", "1.2"),
        ("1.2 × 10^3 mm", "1.2"),
        ("half a metre", "0.5"),
        ("two and a half metres", "2.5"),
        ("2½ m", "2.5"),
        ("2 1/2 m", "2.5"),
        ("3/4 m", "0.75"),
        ("three quarters of a metre", "0.75 | 1"),
        ("one hundred and twenty-five centimetres", "1.25"),
        ("twenty-three cm", "0.23"),
        ("one point five metres", "1.5"),
        ("a metre", "1"),
        ("-0.3 m", "-0.3"),
        ("−0.3 m", "-0.3"),
        ("minus 0.3 m", "-0.3"),
        ("$-\\,0.3$ m", "-0.3"),
        ("1.5 m between images 1 and 2", "1.5"),
        ("The sofa is 1 m long and the table 2 m. Therefore, both are 3 m long.", "3"),
        ("The sofa is 1 m long. So the table is 2 m, and both are 3 m long.", "2 | 3"),
        ("1.5 m. Actually 2 m.", "1.5 | 2"),
        ("The distance is 1.5 in total.", "1.5"),
        ("1.5 in", "0.0381"),
        ("12 in by the wall", "0.3048"),
        ("The two objects are 1.5 m apart.", "1.5"),
        ("Based on the 32 frames, the distance is 1.5 m.", "1.5"),
        ("1.5 m in 3D space", "1.5"),
        ("1.5 m or more", "UnclearNumber"),
        ("1.5+ m", "UnclearNumber"),
        ("within 1.5 m", "UnclearNumber"),
        ("1.5 chair widths", "OtherUnit"),
        ("1.5 times the width of the fridge", "OtherUnit"),
        ("1.5x", "OtherUnit"),
        ("Is it 1.5 m? No.", "OtherKind"),
        ("left.\n\nConfidence: 85%", "OtherKind"),
        ("1.5 m\n\nConfidence: 0.85", "1.5"),
        ("\\boxed{1.5\\text{ m}}", "1.5"),
        ("$\\frac{3}{4}$ m", "0.75"),
        ("<think>maybe 3 m or 4 m</think><answer>2 m</answer>", "2"),
        ("<think>3 m</think>2 m<|im_end|>", "2"),
        ("The sofa is 1 m long and the table 2 m. The answer is 3 m.", "3"),
        ("Answer: 3 m", "3"),
        ("**Answer**: 3 m", "3"),
        ("1 + 2 = 3 m", "3"),
        ("5 ft (1.52 m)", "1.524"),
        ("30 cm, that is 0.3 m", "0.3"),
        ("In image 2 the gap is 0.4 m", "0.4"),
        // A tolerance is no second answer.
        ("2.10 m ± 0.12 m", "2.1"),
        ("2.1 ± 0.1 m", "2.1"),
        ("210 ± 10 cm", "2.1"),
        ("2.1 m +/- 5 cm", "2.1"),
        ("2.10 m, give or take 0.30 m", "2.1"),
        ("2.10 m plus or minus 0.30", "2.1"),
        ("2 m ± 3 degrees", "2"),
        ("2 m ± 1 m or 5 m", "2 | 5"),
        ("1. The sofa is far.\n2. It is 3 m away.", "3"),
        ("\\scalar{120} \\distance_unit{cm}", "1.2"),
        // Ranges keep their bounds.
        ("2-3 m", "2..3"),
        ("2 – 3 m", "2..3"),
        ("between 2 and 3 m", "2..3"),
        ("2 to 3 metres", "2..3"),
        ("0 to 1000 m", "0..1000"),
        // Several answers conflict.
        ("2 m, or maybe 5 cm", "2 | 0.05"),
        ("It is 2 m. No, 3 m.", "2 | 3"),
        ("<answer>2 m</answer><answer>3 m</answer>", "2 | 3"),
        ("The answer is 2 m. The answer is 3 m.", "2 | 3"),
        // Nothing is guessed.
        ("", "Empty"),
        ("far", "OtherKind"),
        ("nan m", "OtherKind"),
        ("infinity", "OtherKind"),
        ("1e999 m", "UnclearNumber"),
        ("1,5 m", "UnclearNumber"),
        ("1.2.3 m", "UnclearNumber"),
        ("1/0 m", "UnclearNumber"),
        ("2 m²", "OtherUnit"),
        ("2 mm²", "OtherUnit"),
        ("2 kg", "OtherUnit"),
        ("2 light years", "OtherUnit"),
        ("2 gallons", "OtherUnit"),
        ("2000000000 nm", "2"),
        // Bounds and what is denied are no numbers.
        ("more than 2 m", "UnclearNumber"),
        ("It is less than 2 m.", "UnclearNumber"),
        ("at least 2 m", "UnclearNumber"),
        ("> 2 m", "UnclearNumber"),
        ("not 2 m", "UnclearNumber"),
        ("It is not 3 m but 2 m.", "2"),
        ("more than 1 m, namely 2 m", "2"),
        ("about 2 m", "2"),
        ("45 degrees", "OtherUnit"),
        ("２ m", "OtherKind"),
        ("<answer>2 m", "BrokenTags"),
        ("</answer>2 m<answer>", "BrokenTags"),
        ("<think>it is 2 m", "Unfinished"),
    ] {
        assert_eq!(metres(text), expected, "{text:?}");
    }
}

#[test]
fn bare_numbers_are_in_the_unit_that_was_asked_for() {
    let reply = Reply::new(b"120");
    assert_eq!(reply.quantity(Unit::Metre, 100.0).one().and_then(Quantity::value), Some(1.2));
    let reply = Reply::new(b"1.2 m");
    assert_eq!(reply.quantity(Unit::Metre, 100.0).one().and_then(Quantity::value), Some(1.2));
    let reply = Reply::new(b"0.5 rad");
    assert_eq!(
        reply.quantity(Unit::Degree, 1.0).one().and_then(Quantity::value),
        Some(0.5 * 180.0 / std::f64::consts::PI)
    );
}

#[test]
fn areas_and_volumes_are_read_in_any_common_unit() {
    let read = |text: &str, unit: Unit| Reply::from(text).quantity(unit, 1.0).one().and_then(Quantity::value);
    for (text, unit, expected) in [
        ("220000 cm²", Unit::SquareMetre, 22.0),
        ("26.3 square yards", Unit::SquareMetre, 21.99),
        ("236.8 sqft", Unit::SquareMetre, 22.0),
        ("236.8 sq. ft.", Unit::SquareMetre, 22.0),
        ("34100 square inches", Unit::SquareMetre, 22.0),
        ("350000 cm³", Unit::CubicMetre, 0.35),
        ("350000 cc", Unit::CubicMetre, 0.35),
        ("350 dm^3", Unit::CubicMetre, 0.35),
        ("12.36 ft³", Unit::CubicMetre, 0.35),
        ("92.46 gallons", Unit::CubicMetre, 0.35),
        ("50 gradians", Unit::Degree, 45.0),
    ] {
        let value = read(text, unit).unwrap_or_else(|| panic!("{text} is not read"));
        assert!((value - expected).abs() < 2e-3 * expected, "{text}: {value}");
    }
    for text in ["22 mm²", "22 kg", "22 square miles", "0.35 cubic feet"] {
        assert!(read(text, Unit::SquareMetre).is_none_or(|value| (value - 22.0).abs() > 1.0), "{text}");
    }
}

#[test]
fn counts() {
    for (text, expected) in [
        ("3", "3"),
        ("three", "3"),
        ("There are three chairs.", "3"),
        ("none", "0"),
        ("no chairs", "0"),
        ("no", "0"),
        ("no idea", "OtherKind"),
        ("No clue.", "OtherKind"),
        ("a dozen", "12"),
        ("2 or 3", "2 | 3"),
        ("3 m", "OtherUnit"),
        ("3rd", "OtherKind"),
        ("more than 3", "UnclearNumber"),
        ("not 3", "UnclearNumber"),
        ("1 2 3 4 5", "1 | 2"),
        ("There are 3 in the room.", "3"),
        ("The fan is 3 times as long as the box.", "3"),
        ("3x", "3"),
        ("I see 3 in total.", "3"),
        ("In the 3D scene there are two chairs.", "2"),
        ("a 3-seat sofa", "OtherKind"),
        ("The three-seater sofa is in room 3.", "OtherKind"),
        ("3 or more", "UnclearNumber"),
        ("There are no chairs.", "0"),
        ("There aren't any chairs.", "0"),
        ("no idea", "OtherKind"),
        ("No people and no chairs.", "0"),
    ] {
        assert_eq!(shown(&Reply::from(text).count(), ToString::to_string), expected, "{text}");
    }
}

#[test]
fn options() {
    let options: Vec<String> = ["left", "front left", "the right", "back"].map(String::from).to_vec();
    for (text, expected) in [
        ("B", "B"),
        ("b", "B"),
        ("B.", "B"),
        ("(B)", "B"),
        ("B) front left", "B"),
        ("**B**", "B"),
        ("The answer is B.", "B"),
        ("The correct answer is (B) front left.", "B"),
        ("Answer: b", "B"),
        ("Option B", "B"),
        ("I choose B because A is wrong", "B"),
        ("A is wrong, so the answer is B", "B"),
        ("A is wrong, D is too far, so B", "B"),
        ("It's B.", "B"),
        ("I think B", "B"),
        ("I'd go with B", "B"),
        ("B because A is behind it", "B"),
        ("B is correct", "B"),
        ("B is the right answer; A is behind it", "B"),
        ("The correct option is B", "B"),
        ("Not A, but B", "B"),
        ("The answer is not A but B", "B"),
        ("(A) is behind, (C) is far away.\nTherefore, the point is:\n(B) point B", "B"),
        ("Hence it is point B.", "B"),
        ("Point B matches the reference best.", "B"),
        ("B\n\nExplanation: Option A is farther away; C is behind.", "B"),
        ("The answer is option B, not option A.", "B"),
        ("Probably B", "B"),
        ("Solution: B", "B"),
        ("Selected option: B", "B"),
        ("B (not A)", "B"),
        ("Point B", "B"),
        ("front left", "B"),
        ("It is to the front-left.", "B"),
        ("left", "A"),
        ("<answer>B</answer>", "B"),
        ("\\boxed{\\text{B}}", "B"),
        ("\\boxed{\\text{front left}}", "B"),
        ("\\boxed{\\mathrm{back}}", "D"),
        ("<|begin_of_box|>B<|end_of_box|>", "B"),
        ("B!", "B"),
        ("'B'", "B"),
        ("It can't be back", "OtherKind"),
        ("anything but back", "OtherKind"),
        ("A chair stands there, so back.", "D"),
        ("<s> B", "B"),
        ("B</s>", "B"),
        // Conflicts.
        ("A or B", "A | B"),
        ("A, B, C, D", "A | B"),
        ("A\nB\nC\nD", "A | B"),
        ("(A) or (B)", "A | B"),
        ("The answer is A. The answer is B.", "A | B"),
        ("A. the right", "A | C"),
        ("left or the right", "A | C"),
        ("Either C or B", "C | B"),
        ("Therefore, it is A or B.", "A | B"),
        ("A is correct. B is correct.", "A | B"),
        ("So A. So B.", "A | B"),
        ("The other points (A, B, C) do not match.", "A | B"),
        ("A: no. B: no. C: no. D: yes.", "A | B"),
        ("A: D", "A | D"),
        ("The correct answer would be:\n\n(A) picture A\n(B) picture B\n(C) picture C", "A | B"),
        // Nothing.
        ("E", "OtherKind"),
        ("The chair", "OtherKind"),
        ("I think a chair is there", "OtherKind"),
        ("not left", "OtherKind"),
        ("Not B", "OtherKind"),
        ("It can't be B", "OtherKind"),
        ("Option B can be ruled out.", "OtherKind"),
        ("It is unlikely to be B.", "OtherKind"),
        ("I doubt it's B.", "OtherKind"),
        ("Is it B? I cannot say.", "OtherKind"),
        ("A chair stands beside point B", "OtherKind"),
        ("Point A fits less well than point B", "OtherKind"),
        ("Point A is closer than point B", "OtherKind"),
        ("Α", "OtherKind"),
        ("А", "OtherKind"),
        ("", "Empty"),
    ] {
        let read = Reply::from(text).choice(&options);
        let got = shown(&read, |at| char::from(b'A' + *at as u8).to_string());
        assert_eq!(got, expected, "{text:?}");
    }
}

#[test]
fn things_called_by_another_letter_than_their_option_are_texts() {
    let options: Vec<String> = ["point B", "point A"].map(String::from).to_vec();
    for (text, expected) in [("It is point A.", "B"), ("Point B", "A"), ("B", "B"), ("(A) point B", "A")] {
        let read = Reply::from(text).choice(&options);
        assert_eq!(shown(&read, |at| char::from(b'A' + *at as u8).to_string()), expected, "{text:?}");
    }
}

#[test]
fn yes_and_no_as_options() {
    let options: Vec<String> = ["yes", "no", "cannot tell"].map(String::from).to_vec();
    let truths: Vec<String> = ["False", "True"].map(String::from).to_vec();
    let counts: Vec<String> = ["no", "one", "no chair"].map(String::from).to_vec();
    for (options, text, expected) in [
        (&options, "No, there is not", "B"),
        (&options, "No, it isn't.", "B"),
        (&options, "no", "B"),
        (&options, "Yes, there is, not far away", "A"),
        (&options, "Nope", "B"),
        (&options, "B. no idea", "B"),
        (&options, "A. No, there is not", "A | B"),
        (&options, "I cannot tell", "C"),
        (&options, "No, I cannot tell", "B | C"),
        (&options, "yes or no", "A | B"),
        (&options, "The answer is no, but I have no idea why", "B"),
        (&options, "no idea at all", "OtherKind"),
        (&options, "No idea", "OtherKind"),
        (&options, "no clue", "OtherKind"),
        (&options, "no answer", "OtherKind"),
        (&options, "I have no idea which", "OtherKind"),
        (&options, "No, I have no idea", "OtherKind"),
        (&options, "There is no good answer", "OtherKind"),
        (&options, "It is not", "OtherKind"),
        (&truths, "not true", "A"),
        (&truths, "That is true", "B"),
        (&counts, "no chair", "C"),
        (&counts, "No, none", "A"),
        (&counts, "no idea", "OtherKind"),
        (&counts, "one, no more", "B"),
    ] {
        let read = Reply::from(text).choice(options);
        assert_eq!(shown(&read, |at| char::from(b'A' + *at as u8).to_string()), expected, "{text:?}");
    }
}

#[test]
fn yes_and_no() {
    for (text, expected) in [
        ("yes", "true"),
        ("Yes.", "true"),
        ("No, it is behind.", "false"),
        ("true", "true"),
        ("not true", "false"),
        ("It can't be true", "false"),
        ("not quite true", "false"),
        ("The answer is no.", "false"),
        ("<answer>True</answer>", "true"),
        ("yes or no", "true | false"),
        ("Yes and No.", "true | false"),
        ("There is no chair", "OtherKind"),
        ("No, there is not", "false"),
        ("No there is not", "false"),
        ("no it isn't", "false"),
        ("no\nidea of mine", "false"),
        ("no idea at all", "OtherKind"),
        ("No idea.", "OtherKind"),
        ("no clue", "OtherKind"),
        ("no answer", "OtherKind"),
        ("no clear answer", "OtherKind"),
        ("I have no idea which", "OtherKind"),
        ("No... I have no idea", "OtherKind"),
        ("The answer is no. I have no idea why.", "false"),
        ("Yes, but I have no idea why", "true"),
        ("No-one is there", "OtherKind"),
        ("no - it is behind", "false"),
        ("no doubt", "OtherKind"),
        ("F", "false"),
        ("Y", "true"),
        ("incorrect", "false"),
        ("That is not correct.", "false"),
        ("No, the correct side is free", "false"),
        ("the correct side", "OtherKind"),
        ("I can't say no", "OtherKind"),
        ("It would be wrong to say yes.", "OtherKind"),
        ("not entirely true", "false"),
        ("Far from true.", "false"),
        ("It can't possibly be true", "false"),
        ("That's only partly true.", "OtherKind"),
        ("The true distance is 3 m, not 2 m.", "OtherKind"),
        ("Is the statement true? No.", "false"),
        ("It is blocked on no side, I think. So yes.", "true"),
        ("I know", "OtherKind"),
        ("maybe", "OtherKind"),
    ] {
        assert_eq!(shown(&Reply::from(text).yes_no(), ToString::to_string), expected, "{text}");
    }
}

#[test]
fn directions() {
    let show = |direction: &Direction| match direction {
        Direction::Hour(hour) => hour.to_string(),
        words @ Direction::Words(_) => words.words().join("+"),
    };
    for (text, expected) in [
        ("left", "left"),
        ("Front-Left", "left+front"),
        ("left front", "left+front"),
        ("frontleft", "left+front"),
        ("to the front and left", "left+front"),
        ("behind you to the right", "back | right"),
        ("behind to your right", "right+back"),
        ("right behind you", "back"),
        ("It's right in front of me", "front"),
        ("right above the table", "up"),
        ("right-behind", "right+back"),
        ("Is it left? It is right.", "right"),
        ("ahead", "front"),
        ("backward", "back"),
        ("above", "up"),
        ("up-right", "right+up"),
        ("front-right-down", "right+front+down"),
        ("3 o'clock", "3"),
        ("at three o’clock", "3"),
        ("13 o'clock", "OtherKind"),
        ("left or right", "left | right"),
        ("left-right", "left | right"),
        ("left, right, front, back", "left | right"),
        ("The answer is front-left, not back-right.", "left+front"),
        ("not left", "OtherKind"),
        ("It can't be on the left", "OtherKind"),
        ("back‑left", "left+back"),
        ("the table", "OtherKind"),
    ] {
        assert_eq!(shown(&Reply::from(text).direction(), show), expected, "{text}");
    }
}

#[test]
fn labels_and_lists() {
    let among: Vec<String> = ["sofa", "tv stand", "tv", "chair"].map(String::from).to_vec();
    for (text, expected) in [
        ("the sofa", "sofa"),
        ("couch", "sofa"),
        ("tv stand", "tv stand"),
        ("It is the TV stand.", "tv stand"),
        ("The answer is the television.", "tv"),
        ("The answer is sofa. The answer is chair.", "sofa | chair"),
        ("sofa or chair", "sofa | chair"),
        ("lamp", "OtherKind"),
        ("\\boxed{\\text{tv stand}}", "tv stand"),
        ("not the sofa", "OtherKind"),
        ("not the sofa but the chair", "chair"),
        ("The chair, not the sofa.", "chair"),
        ("The chair. Not the sofa.", "chair"),
        ("The chair is on the wrong side of the lamp.", "chair"),
        ("The sofa is clearly wrong, so the chair.", "chair"),
        ("The sofa can be ruled out; it is the tv", "tv"),
        ("The chair isn't the one, the tv is", "tv"),
    ] {
        assert_eq!(shown(&Reply::from(text).label(&among), Clone::clone), expected, "{text}");
    }
    for (text, expected) in [
        ("sofa, tv, chair", "sofa>tv>chair"),
        ("1. sofa\n2. tv\n3. chair", "sofa>tv>chair"),
        ("The order is couch, then the TV, then the chair.", "sofa>tv>chair"),
        ("chair → sofa", "chair>sofa"),
        // No thing reaches over a comma: a sofa bed is another.
        ("tv, sofa, bed, chair", "tv>sofa>chair"),
        ("table, lamp, sofa", "sofa"),
    ] {
        let got = shown(&Reply::from(text).list(&among), |list| list.join(">"));
        assert_eq!(got, expected, "{text}");
    }
    let got = shown(&Reply::new(b"sofa, tv stand and chair").list(&[]), |list| list.join(">"));
    assert_eq!(got, "sofa>tv stand and chair");
}

#[test]
fn descriptions_are_labels_of_many_words() {
    let among = ["keyboard second closest to the computer tower", "shortest printer"].map(String::from).to_vec();
    for name in &among {
        assert_eq!(shown(&Reply::from(name).label(&[]), Clone::clone), scene::normalise(name));
    }
    let text = among.join(", ");
    assert_eq!(shown(&Reply::from(&text).list(&among), |list| list.join(">")), among.join(">"));
}

#[test]
fn options_that_are_numbers_keep_their_signs_and_points() {
    let signed: Vec<String> = ["0.34 m", "-0.90 m", "1.5 m", "15 m"].map(String::from).to_vec();
    for (text, expected) in [
        ("-0.90 m", "B"),
        ("−0.9 m", "B"),
        ("The answer is -0.90 m.", "B"),
        ("0.90 m", "OtherKind"),
        ("0.34 metres", "A"),
        ("34 cm", "A"),
        ("It can't be 34 cm", "OtherKind"),
        ("It can't be 0.34 m", "OtherKind"),
        ("0.34", "OtherKind"),
        ("15 m", "D"),
        ("1.5 m", "C"),
    ] {
        let read = Reply::from(text).choice(&signed);
        assert_eq!(shown(&read, |at| char::from(b'A' + *at as u8).to_string()), expected, "{text:?}");
    }
}

#[test]
fn names_of_pictures_are_no_numbers() {
    for (text, expected) in [
        ("The camera of image walk-through-024 was 1.58 m above the floor.", "1.58"),
        ("In rgb_0, 1.58 m.", "1.58"),
        ("From image walk-through-110 to image orbit-47-004, the camera moved 1.58 m.", "1.58"),
        ("In image orbit-47-004, the pixels (460, 35) and (296, 107) are 1.58 m apart.", "1.58"),
        ("A cable with 1.5 m to spare must be 8.96 m long.", "8.96"),
        ("with 2 m", "2"),
        ("5m-6m", "5"),
        ("–0.71 m", "-0.71"),
        ("1.58 厘米", "OtherUnit"),
        ("1.58 см", "OtherUnit"),
        ("1.58 s", "OtherUnit"),
        ("1.58 pixels", "OtherUnit"),
    ] {
        let read = Reply::from(text).quantity(Unit::Metre, 1.0);
        assert_eq!(shown(&read, |quantity| quantity.lo.to_string()), expected, "{text}");
    }
}

#[test]
fn a_text_that_is_declared_stands_for_the_rest() {
    for (text, expected) in [
        ("The answer is piano.", "piano"),
        ("I see keys. The correct answer is: a grand piano.", "a grand piano"),
        ("piano", "piano"),
        ("the piano that answers", "the piano that answers"),
    ] {
        assert_eq!(shown(&Reply::from(text).answer_text(), Clone::clone), expected, "{text}");
    }
}

#[test]
fn turns_have_sides() {
    for (text, expected) in [
        ("84° clockwise", "right"),
        ("84° CW", "right"),
        ("84 degrees counter-clockwise", "left"),
        ("84° anticlockwise", "left"),
        ("84° to the left", "left"),
        ("84°", "OtherKind"),
    ] {
        let read = Reply::from(text).side();
        assert_eq!(shown(&read, |side| side.words().join("+")), expected, "{text}");
    }
}

#[test]
fn boxes_and_points() {
    let show = |groups: &Vec<judge::reply::Coordinates>| {
        let one = |group: &judge::reply::Coordinates| format!("{:?}{:?}", group.notation, group.numbers);
        groups.iter().map(one).collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        ("chair 1 <bbox>(0, 1, 2, 3, 4, 5)</bbox>", "BboxTag[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]"),
        (
            "<bbox>(0,1,2,3,4,5)</bbox>\n<bbox>[1, 1, 2, 3, 4, 5]</bbox>",
            "BboxTag[0.0, 1.0, 2.0, 3.0, 4.0, 5.0] BboxTag[1.0, 1.0, 2.0, 3.0, 4.0, 5.0]",
        ),
        ("<obj>1, 2, 3, 4, 5, 6</obj>", "ObjTag[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]"),
        ("box: [0, 0, 0, 1, 1, 1]", "BoxKey[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]"),
        ("{\"bbox_3d\": [0, 0, 0, 1e0, +1, 1]}", "JsonBox[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]"),
        ("[{\"point_2d\": [512, 300]}]", "JsonPoint[512.0, 300.0]"),
        ("[(0.25, 0.5), (0.1, 0.2)]", "Brackets[0.25, 0.5] Brackets[0.1, 0.2]"),
        ("(1.2 m, 0.4 m, 2.0 m)", "Brackets[1.2, 0.4, 2.0]"),
        ("<bbox></bbox>", ""),
        ("none", ""),
        ("no idea", "OtherKind"),
        ("(1, 2, x)", "UnclearNumber"),
        ("(1, 2, nan)", "UnclearNumber"),
        ("(1, 1e999)", "UnclearNumber"),
    ] {
        assert_eq!(shown(&Reply::from(text).coordinates(), show), expected, "{text}");
    }
}

#[test]
fn a_reading_says_where_it_stood() {
    let text = "<think>no</think>It is 2.5 m away";
    let Read::One(found) = Reply::from(text).quantity(Unit::Metre, 1.0) else { panic!("not read") };
    assert_eq!(&text[found.span], "2.5 m");
}

#[test]
fn what_is_too_long_is_refused() {
    let long = "2 ".repeat(1 << 20);
    let why = |read: Read<f64>| match read {
        Read::Nothing { why } => Some(why),
        _ => None,
    };
    assert_eq!(why(Reply::from(&long).count()), Some(Why::TooLong));
    assert_eq!(why(Reply::new(&long.as_bytes()[..40_000]).count()), Some(Why::AnswerTooLong));
}
