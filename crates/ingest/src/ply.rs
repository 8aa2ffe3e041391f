//! PLY files: vertices, their colours and numbers, and faces as triangles.
//!
//! The reader is our own. The library at hand (`ply-rs-bw` 4) takes the header's counts at their word, so that an
//! element without properties and a count of 10¹² keeps it busy until the memory is gone, and it hands over each
//! value by the name of its property. Here every count is held against the bytes that are left before anything is
//! allocated, and what is left over after the last element is an error too.

use std::{collections::BTreeMap, path::Path};

use scene::{disk, geometry::Vec3};

use crate::{
    IngestError,
    ply_header::{Element, Encoding, Header, Kind, Scalar},
};

/// Most vertices that are read.
pub const MAX_VERTICES: usize = 30_000_000;

/// Most triangles that are read.
pub const MAX_TRIANGLES: usize = 60_000_000;

/// What a PLY file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ply {
    /// Positions, in the file's frame and unit.
    pub vertices: Vec<Vec3>,
    /// Red, green and blue of each vertex; empty where there are none.
    pub colours: Vec<[u8; 3]>,
    /// Three positions among the vertices each. Polygons of the file are split into fans from their first corner.
    pub triangles: Vec<[u32; 3]>,
    /// Further numbers of the vertices, by the name of their property.
    pub scalars: BTreeMap<String, Vec<f64>>,
    /// How many polygons of more than three corners were split.
    pub split: usize,
    /// Elements and properties of the file that were not asked for: `"vertex.nx"`, `"edge"`.
    pub ignored: Vec<String>,
}

/// Reads a PLY file with these further properties of its vertices, as far as it has them.
pub fn read_ply(file: &Path, scalars: &[&str]) -> Result<Ply, IngestError> {
    parse_ply(&disk::read_bytes(file)?, file, scalars)
}

/// Reads the bytes of a PLY file; `file` stands in messages.
pub fn parse_ply(bytes: &[u8], file: &Path, scalars: &[&str]) -> Result<Ply, IngestError> {
    let (header, body) = Header::parse(bytes, file)?;
    match header.encoding {
        Encoding::Ascii => Reader { file, values: Text { left: body } }.whole(&header, scalars),
        Encoding::LittleEndian => Reader { file, values: Binary::<true> { left: body } }.whole(&header, scalars),
        Encoding::BigEndian => Reader { file, values: Binary::<false> { left: body } }.whole(&header, scalars),
    }
}

/// Numbers one after the other.
trait Values {
    /// The next number; `None` where the file breaks off or holds no number of this type.
    fn next(&mut self, of: Scalar) -> Option<f64>;
    /// Bytes that are left.
    fn left(&self) -> usize;
    /// The least that a number of this type takes, bytes.
    fn least(of: Scalar) -> usize;
    /// Whether nothing but blanks is left.
    fn is_done(&self) -> bool;
}

struct Text<'a> {
    left: &'a [u8],
}

struct Binary<'a, const LITTLE: bool> {
    left: &'a [u8],
}

impl Values for Text<'_> {
    fn next(&mut self, of: Scalar) -> Option<f64> {
        let start = self.left.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let rest = &self.left[start..];
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let (token, rest) = rest.split_at(end);
        self.left = rest;
        let value: f64 = std::str::from_utf8(token).ok()?.parse().ok()?;
        of.holds(value).then_some(value)
    }

    fn left(&self) -> usize {
        // The last number needs no blank behind it.
        self.left.len() + 1
    }

    fn least(_: Scalar) -> usize {
        2
    }

    fn is_done(&self) -> bool {
        self.left.iter().all(u8::is_ascii_whitespace)
    }
}

impl<const LITTLE: bool> Binary<'_, LITTLE> {
    #[inline]
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, left) = self.left.split_first_chunk::<N>()?;
        self.left = left;
        let mut bytes = *bytes;
        if !LITTLE {
            bytes.reverse();
        }
        Some(bytes)
    }
}

impl<const LITTLE: bool> Values for Binary<'_, LITTLE> {
    #[inline]
    fn next(&mut self, of: Scalar) -> Option<f64> {
        Some(match of {
            Scalar::Float => f64::from(f32::from_le_bytes(self.take()?)),
            Scalar::UChar => f64::from(u8::from_le_bytes(self.take()?)),
            Scalar::Int => f64::from(i32::from_le_bytes(self.take()?)),
            Scalar::UInt => f64::from(u32::from_le_bytes(self.take()?)),
            Scalar::Double => f64::from_le_bytes(self.take()?),
            Scalar::Char => f64::from(i8::from_le_bytes(self.take()?)),
            Scalar::Short => f64::from(i16::from_le_bytes(self.take()?)),
            Scalar::UShort => f64::from(u16::from_le_bytes(self.take()?)),
        })
    }

    fn left(&self) -> usize {
        self.left.len()
    }

    fn least(of: Scalar) -> usize {
        of.bytes()
    }

    fn is_done(&self) -> bool {
        // Some writers end a binary file with a line break.
        self.left.len() < 3 && self.left.iter().all(u8::is_ascii_whitespace)
    }
}

struct Reader<'a, V> {
    file: &'a Path,
    values: V,
}

impl<V: Values> Reader<'_, V> {
    fn whole(mut self, header: &Header, scalars: &[&str]) -> Result<Ply, IngestError> {
        let mut ply = Ply::default();
        let mut seen = false;
        for element in &header.elements {
            self.check_count(element)?;
            match element.name.as_str() {
                "vertex" => {
                    self.vertices(element, scalars, &mut ply)?;
                    seen = true;
                }
                "face" => self.faces(element, &mut ply)?,
                _ => {
                    ply.ignored.push(element.name.clone());
                    self.skip(element)?;
                }
            }
        }
        if !self.values.is_done() {
            let left = format!("{} bytes", self.values.left());
            return Err(IngestError::value(self.file, "end", left, "is more than the header states"));
        }
        if !seen {
            return Err(IngestError::value(self.file, "header", "", "has no element vertex"));
        }
        let count = ply.vertices.len();
        if let Some(at) =
            ply.triangles.iter().position(|corners| corners.iter().any(|corner| *corner as usize >= count))
        {
            let problem = format!("names a vertex that is not among the {count}");
            return Err(IngestError::value(self.file, format!("triangle {at}"), ply.triangles[at], problem));
        }
        Ok(ply)
    }

    /// Whether so many elements can stand in what is left.
    fn check_count(&self, element: &Element) -> Result<(), IngestError> {
        let limit = match element.name.as_str() {
            "vertex" => MAX_VERTICES,
            "face" => MAX_TRIANGLES,
            _ => usize::MAX,
        };
        let field = || format!("element {}", element.name);
        if element.count > limit as u64 {
            return Err(IngestError::value(self.file, field(), element.count, format!("at most {limit} are read")));
        }
        let least: usize = element.properties.iter().map(|property| V::least(property.kind.first())).sum();
        if element.count > 0 && (least == 0 || element.count.saturating_mul(least as u64) > self.values.left() as u64) {
            let problem = format!("cannot stand in the {} bytes that are left", self.values.left());
            return Err(IngestError::value(self.file, field(), element.count, problem));
        }
        Ok(())
    }

    fn vertices(&mut self, element: &Element, wanted: &[&str], ply: &mut Ply) -> Result<(), IngestError> {
        let find = |name: &str| element.properties.iter().position(|property| property.name == name);
        let places = ["x", "y", "z"].map(find);
        let [Some(x), Some(y), Some(z)] = places else {
            return Err(IngestError::value(self.file, "element vertex", "", "has no properties x, y and z"));
        };
        let byte = |name: &&str| find(name).filter(|at| element.properties[*at].kind == Kind::Scalar(Scalar::UChar));
        let colour = match ["red", "green", "blue"].each_ref().map(byte) {
            [Some(red), Some(green), Some(blue)] => Some([red, green, blue]),
            _ => None,
        };
        let mut columns: Vec<(usize, Vec<f64>)> = Vec::new();
        for (at, property) in element.properties.iter().enumerate() {
            let taken = [x, y, z].contains(&at) || colour.is_some_and(|colour| colour.contains(&at));
            let scalar = matches!(property.kind, Kind::Scalar(_));
            if scalar && wanted.contains(&property.name.as_str()) {
                columns.push((at, Vec::new()));
            } else if !taken {
                ply.ignored.push(format!("vertex.{}", property.name));
            }
            if !scalar && taken {
                return Err(IngestError::value(self.file, "element vertex", &property.name, "is a list"));
            }
        }
        let count = element.count as usize;
        ply.vertices.reserve_exact(count);
        if colour.is_some() {
            ply.colours.reserve_exact(count);
        }
        let mut row = vec![0.0; element.properties.len()];
        for number in 0..count {
            self.row(element, number, &mut row)?;
            let p = Vec3::new(row[x], row[y], row[z]);
            // Written so that NaN is refused too.
            if !(p.abs().max_element() <= 1e6 && p.is_finite()) {
                let problem = "must be finite and at most 1e6 in size";
                return Err(IngestError::value(self.file, format!("vertex {number}"), p.to_array(), problem));
            }
            ply.vertices.push(p);
            // Values of one byte, as the header says.
            ply.colours.extend(colour.map(|colour| colour.map(|at| row[at] as u8)));
            for (at, column) in &mut columns {
                column.push(row[*at]);
            }
        }
        for (at, column) in columns {
            ply.scalars.insert(element.properties[at].name.clone(), column);
        }
        Ok(())
    }

    /// The numbers of one element; 0 in the place of a list.
    #[inline]
    fn row(&mut self, element: &Element, number: usize, row: &mut [f64]) -> Result<(), IngestError> {
        for (at, property) in element.properties.iter().enumerate() {
            row[at] = match property.kind {
                Kind::Scalar(of) => match self.values.next(of) {
                    Some(value) => value,
                    None => return Err(self.broken(element, number, &property.name)),
                },
                Kind::List { count, of } => {
                    self.list(element, number, &property.name, count, of, |_| {})?;
                    0.0
                }
            };
        }
        Ok(())
    }

    fn list(
        &mut self,
        element: &Element,
        number: usize,
        name: &str,
        count: Scalar,
        of: Scalar,
        mut each: impl FnMut(f64),
    ) -> Result<(), IngestError> {
        let length = self.values.next(count).ok_or_else(|| self.broken(element, number, name))?;
        if length < 0.0 || length.fract() != 0.0 {
            let field = format!("{} {number}, list {name}", element.name);
            return Err(IngestError::value(self.file, field, length, "is no length"));
        }
        // Ends with the file at the latest.
        for _ in 0..length as u64 {
            each(self.values.next(of).ok_or_else(|| self.broken(element, number, name))?);
        }
        Ok(())
    }

    fn broken(&self, element: &Element, number: usize, property: &str) -> IngestError {
        let field = format!("{} {number}, property {property}", element.name);
        let value = format!("element {} of {}", number + 1, element.count);
        IngestError::value(self.file, field, value, "the file breaks off here, or holds no number of the stated type")
    }

    fn faces(&mut self, element: &Element, ply: &mut Ply) -> Result<(), IngestError> {
        let corners = element.properties.iter().position(|property| {
            matches!(property.kind, Kind::List { .. })
                && matches!(property.name.as_str(), "vertex_indices" | "vertex_index")
        });
        let Some(corners) = corners else {
            return Err(IngestError::value(
                self.file,
                "element face",
                "",
                "has no list vertex_indices or vertex_index",
            ));
        };
        ply.ignored.extend(
            element
                .properties
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != corners)
                .map(|(_, property)| format!("face.{}", property.name)),
        );
        // A triangle takes four numbers at least, one byte each.
        ply.triangles.reserve((element.count as usize).min(self.values.left() / 4));
        let mut polygon: Vec<u32> = Vec::new();
        for number in 0..element.count as usize {
            for (at, property) in element.properties.iter().enumerate() {
                match property.kind {
                    Kind::Scalar(of) => {
                        self.values.next(of).ok_or_else(|| self.broken(element, number, &property.name))?;
                    }
                    Kind::List { count, of } if at == corners => {
                        polygon.clear();
                        let mut whole = true;
                        self.list(element, number, &property.name, count, of, |corner| {
                            whole &= corner >= 0.0 && corner.fract() == 0.0 && corner < f64::from(u32::MAX);
                            polygon.push(corner as u32);
                        })?;
                        if !whole || polygon.len() < 3 {
                            let problem = "is no polygon of three or more vertices";
                            return Err(IngestError::value(self.file, format!("face {number}"), &polygon, problem));
                        }
                        ply.split += usize::from(polygon.len() > 3);
                        ply.triangles.extend(polygon.windows(2).skip(1).map(|pair| [polygon[0], pair[0], pair[1]]));
                        if ply.triangles.len() > MAX_TRIANGLES {
                            let problem = format!("at most {MAX_TRIANGLES} triangles are read");
                            return Err(IngestError::value(self.file, format!("face {number}"), "", problem));
                        }
                    }
                    Kind::List { count, of } => {
                        self.list(element, number, &property.name, count, of, |_| {})?;
                    }
                }
            }
        }
        Ok(())
    }

    fn skip(&mut self, element: &Element) -> Result<(), IngestError> {
        let mut row = vec![0.0; element.properties.len()];
        (0..element.count as usize).try_for_each(|number| self.row(element, number, &mut row))
    }
}

impl Ply {
    /// A binary little-endian file: positions as `float`, colours as `uchar`, further numbers as `int` where all of a
    /// property are whole and fit, as `double` otherwise. `file` stands in messages.
    pub fn to_bytes(&self, file: &Path) -> Result<Vec<u8>, IngestError> {
        let count = self.vertices.len();
        for (name, length) in self.scalars.iter().map(|(name, column)| (name.as_str(), column.len())) {
            if length != count || name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
                let problem = format!("must be a word with one number for each of the {count} vertices, not {length}");
                return Err(IngestError::value(file, "scalars", name, problem));
            }
        }
        if !self.colours.is_empty() && self.colours.len() != count {
            let problem = format!("must be none or as many as the {count} vertices");
            return Err(IngestError::value(file, "colours", self.colours.len(), problem));
        }
        let whole = |column: &[f64]| column.iter().all(|v| v.fract() == 0.0 && Scalar::Int.holds(*v));
        let columns: Vec<(&str, &[f64], bool)> =
            self.scalars.iter().map(|(name, column)| (name.as_str(), column.as_slice(), whole(column))).collect();
        let mut out = format!(
            "ply\nformat binary_little_endian 1.0\nelement vertex {count}\nproperty float x\nproperty float y\nproperty float z\n"
        );
        if !self.colours.is_empty() {
            out.push_str("property uchar red\nproperty uchar green\nproperty uchar blue\n");
        }
        for (name, _, whole) in &columns {
            let kind = if *whole { "int" } else { "double" };
            out.extend(["property ", kind, " ", name, "\n"]);
        }
        if !self.triangles.is_empty() {
            let faces = self.triangles.len().to_string();
            out.extend(["element face ", &faces, "\nproperty list uchar int vertex_indices\n"]);
        }
        out.push_str("end_header\n");
        let mut out = out.into_bytes();
        for (at, p) in self.vertices.iter().enumerate() {
            out.extend(p.to_array().iter().flat_map(|v| (*v as f32).to_le_bytes()));
            out.extend(self.colours.get(at).into_iter().flatten());
            for (_, column, whole) in &columns {
                if *whole {
                    out.extend((column[at] as i32).to_le_bytes());
                } else {
                    out.extend(column[at].to_le_bytes());
                }
            }
        }
        for corners in &self.triangles {
            out.push(3);
            out.extend(corners.iter().flat_map(|corner| corner.to_le_bytes()));
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(bytes: &[u8], scalars: &[&str]) -> Result<Ply, String> {
        parse_ply(bytes, Path::new("mesh.ply"), scalars).map_err(|error| error.to_string())
    }

    fn sample() -> Ply {
        Ply {
            vertices: vec![Vec3::ZERO, Vec3::X, Vec3::new(0.5, 2.0, -3.25), Vec3::Z],
            colours: vec![[1, 2, 3], [4, 5, 6], [7, 8, 9], [255, 0, 128]],
            triangles: vec![[0, 1, 2], [1, 3, 2]],
            scalars: [
                ("label".to_owned(), vec![1.0, 2.0, -3.0, 65_535.0]),
                ("weight".to_owned(), vec![0.1, 0.2, 0.3, 0.4]),
            ]
            .into(),
            ..Ply::default()
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let bytes = sample().to_bytes(Path::new("mesh.ply")).unwrap();
        assert_eq!(parse(&bytes, &["label", "weight"]).unwrap(), sample());
        let plain = parse(&bytes, &[]).unwrap();
        assert_eq!(plain.ignored, ["vertex.label", "vertex.weight"]);
        assert!(plain.scalars.is_empty());
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("property int label\nproperty double weight\n"));
    }

    const ASCII: &str = "ply\nformat ascii 1.0\ncomment a square and its normals\nobj_info x\nelement vertex 4\n\
        property float x\nproperty float y\nproperty float z\nproperty float nx\nproperty uchar red\n\
        property uchar green\nproperty uchar blue\nproperty uchar alpha\nelement face 1\n\
        property list uchar int vertex_index\nelement edge 1\nproperty int a\nend_header\n\
        0 0 0 1 10 20 30 255\n1 0 0 1 10 20 30 255\n1 1 0 1 10 20 30 255\n0 1 0 1 10 20 30 255\n4 0 1 2 3\n7\n";

    #[test]
    fn text_with_polygons_normals_and_other_elements() {
        for text in [ASCII.to_owned(), ASCII.replace('\n', "\r\n")] {
            let ply = parse(text.as_bytes(), &["label"]).unwrap();
            assert_eq!(ply.vertices[2], Vec3::new(1.0, 1.0, 0.0));
            assert_eq!(ply.colours, [[10, 20, 30]; 4]);
            assert_eq!((ply.triangles.as_slice(), ply.split), ([[0, 1, 2], [0, 2, 3]].as_slice(), 1));
            assert_eq!(ply.ignored, ["vertex.nx", "vertex.alpha", "edge"]);
        }
    }

    #[test]
    fn big_endian_and_every_type() {
        let mut bytes = b"ply\nformat binary_big_endian 1.0\nelement vertex 1\nproperty double x\nproperty float32 y\n\
            property int16 z\nproperty int8 a\nproperty uint16 b\nproperty uint32 c\nproperty ushort d\nend_header\n"
            .to_vec();
        bytes.extend(1.5_f64.to_be_bytes());
        bytes.extend((-2.25_f32).to_be_bytes());
        bytes.extend((-7_i16).to_be_bytes());
        bytes.extend((-1_i8).to_be_bytes());
        bytes.extend(513_u16.to_be_bytes());
        bytes.extend(70_000_u32.to_be_bytes());
        bytes.extend(3_u16.to_be_bytes());
        let ply = parse(&bytes, &["a", "b", "c"]).unwrap();
        assert_eq!(ply.vertices, [Vec3::new(1.5, -2.25, -7.0)]);
        assert_eq!((ply.scalars["a"][0], ply.scalars["b"][0], ply.scalars["c"][0]), (-1.0, 513.0, 70_000.0));
        assert_eq!(ply.ignored, ["vertex.d"]);
    }

    #[test]
    fn counts_beyond_the_file_are_refused_before_anything_is_allocated() {
        for count in ["1000000000000", "18446744073709551615", "29999999", "5", "99999999999999999999"] {
            for format in ["ascii", "binary_little_endian", "binary_big_endian"] {
                let text = ASCII.replace("ascii", format);
                for (element, was) in [("vertex", "vertex 4"), ("face", "face 1"), ("edge", "edge 1")] {
                    let message = parse(text.replace(was, &format!("{element} {count}")).as_bytes(), &[]).unwrap_err();
                    assert!(message.starts_with("mesh.ply: "), "{message}");
                }
            }
        }
        let empty = ASCII.replace("property int a\n", "").replace("edge 1", "edge 1000000000000");
        assert!(parse(empty.as_bytes(), &[]).unwrap_err().contains("element edge"));
        let mut list = ASCII.as_bytes()[..ASCII.find("end_header").unwrap()].to_vec();
        list.extend(
            b"end_header\n0 0 0 1 1 1 1 1 0 0 0 1 1 1 1 1 0 0 0 1 1 1 1 1 0 0 0 1 1 1 1 1 255 0 0 0 0 0 0 0 0 0 7\n",
        );
        assert!(parse(&list, &[]).unwrap_err().contains("face 0"));
    }

    #[test]
    fn every_truncation_and_every_longer_file_is_refused() {
        let binary = sample().to_bytes(Path::new("mesh.ply")).unwrap();
        for end in 0..binary.len() {
            assert!(parse(&binary[..end], &["label"]).is_err(), "cut at {end}");
        }
        for end in 0..ASCII.trim_end().len() - 1 {
            assert!(parse(&ASCII.as_bytes()[..end], &[]).is_err(), "cut at {end}");
        }
        for (was, now) in [("vertex 4", "vertex 3"), ("face 1", "face 0"), ("edge 1", "edge 0")] {
            assert!(parse(ASCII.replace(was, now).as_bytes(), &[]).is_err(), "{now}");
        }
    }

    #[test]
    fn wrong_values_are_named() {
        for (was, now, says) in [
            ("1 1 0 1 10", "1 NaN 0 1 10", "vertex 2"),
            ("1 1 0 1 10", "1 1e9 0 1 10", "vertex 2"),
            ("1 1 0 1 10", "1 one 0 1 10", "vertex 2, property y"),
            ("1 1 0 1 10", "1 1 0 1 256", "vertex 2, property red"),
            ("4 0 1 2 3", "4 0 1 2 9", "triangle 1"),
            ("4 0 1 2 3", "4 0 1 2 -3", "face 0"),
            ("4 0 1 2 3", "2 0 1", "face 0"),
            ("4 0 1 2 3", "-1 0 1 2 3", "face 0"),
            ("property float x", "property list uchar float x", "list"),
            ("property float z", "property float zz", "x, y and z"),
            ("ascii 1.0", "ascii 2.0", "format"),
            ("property float nx", "property half nx", "half"),
            ("element edge 1", "element edge", "element edge"),
            ("end_header\n", "", ""),
        ] {
            assert!(ASCII.contains(was));
            let message = parse(ASCII.replace(was, now).as_bytes(), &[]).unwrap_err();
            assert!(message.starts_with("mesh.ply: ") && message.contains(says), "{now}: {message}");
        }
        for bytes in [b"".as_slice(), b"ply", b"plyx\n", b"\x89PNG", b"ply\nend_header\n"] {
            assert!(parse(bytes, &[]).is_err());
        }
    }

    #[test]
    fn columns_of_other_lengths_are_not_written() {
        let short = Ply { colours: vec![[0; 3]], ..sample() };
        assert!(short.to_bytes(Path::new("x")).is_err());
        let short = Ply { scalars: [("label".to_owned(), vec![1.0])].into(), ..sample() };
        assert!(short.to_bytes(Path::new("x")).is_err());
    }

    proptest! {
        #[test]
        fn changed_bytes_never_panic(changes in prop::collection::vec((0_usize..600, any::<u8>()), 1..8), text: bool) {
            let mut bytes = if text { ASCII.as_bytes().to_vec() } else { sample().to_bytes(Path::new("x")).unwrap() };
            for (at, byte) in changes {
                let length = bytes.len();
                bytes[at % length] = byte;
            }
            // Either a mesh whose parts fit together or an error.
            if let Ok(ply) = parse(&bytes, &["label"]) {
                prop_assert!(ply.colours.is_empty() || ply.colours.len() == ply.vertices.len());
                prop_assert!(ply.triangles.iter().flatten().all(|corner| (*corner as usize) < ply.vertices.len()));
            }
        }

        #[test]
        fn any_bytes_after_a_header_never_panic(body in prop::collection::vec(any::<u8>(), 0..200), big: bool) {
            let format = if big { "binary_big_endian" } else { "binary_little_endian" };
            let header = ASCII[..ASCII.find("0 0 0").unwrap()].replace("ascii", format);
            let bytes = [header.as_bytes(), &body].concat();
            let _ = parse(&bytes, &["nx"]);
        }
    }
}
