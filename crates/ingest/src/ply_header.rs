//! The head of a PLY file: which elements follow, in which form.

use std::path::Path;

use crate::IngestError;

/// Longest header, bytes.
const MAX_HEADER_BYTES: usize = 1 << 16;

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Ascii,
    LittleEndian,
    BigEndian,
}

/// The type of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    Char,
    UChar,
    Short,
    UShort,
    Int,
    UInt,
    Float,
    Double,
}

/// A number, or a list of numbers with its length before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Scalar(Scalar),
    List { count: Scalar, of: Scalar },
}

#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) count: u64,
    pub(crate) properties: Vec<Property>,
}

#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) encoding: Encoding,
    pub(crate) elements: Vec<Element>,
}

impl Scalar {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "char" | "int8" => Self::Char,
            "uchar" | "uint8" => Self::UChar,
            "short" | "int16" => Self::Short,
            "ushort" | "uint16" => Self::UShort,
            "int" | "int32" => Self::Int,
            "uint" | "uint32" => Self::UInt,
            "float" | "float32" => Self::Float,
            "double" | "float64" => Self::Double,
            _ => return None,
        })
    }

    /// Its size in a binary file.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Char | Self::UChar => 1,
            Self::Short | Self::UShort => 2,
            Self::Int | Self::UInt | Self::Float => 4,
            Self::Double => 8,
        }
    }

    /// Whether a number of a text can be of this type.
    pub(crate) fn holds(self, value: f64) -> bool {
        let (low, high) = match self {
            Self::Char => (f64::from(i8::MIN), f64::from(i8::MAX)),
            Self::UChar => (0.0, f64::from(u8::MAX)),
            Self::Short => (f64::from(i16::MIN), f64::from(i16::MAX)),
            Self::UShort => (0.0, f64::from(u16::MAX)),
            Self::Int => (f64::from(i32::MIN), f64::from(i32::MAX)),
            Self::UInt => (0.0, f64::from(u32::MAX)),
            Self::Float | Self::Double => return true,
        };
        value.fract() == 0.0 && (low..=high).contains(&value)
    }
}

impl Kind {
    /// The number that stands first.
    pub(crate) fn first(self) -> Scalar {
        match self {
            Self::Scalar(of) => of,
            Self::List { count, .. } => count,
        }
    }
}

impl Header {
    /// The header and the bytes behind it.
    pub(crate) fn parse<'a>(bytes: &'a [u8], file: &Path) -> Result<(Self, &'a [u8]), IngestError> {
        let wrong = |number: usize, line: &str, problem: &str| {
            Err(IngestError::value(file, format!("header, line {number}"), line, problem))
        };
        let mut encoding = None;
        let mut elements: Vec<Element> = Vec::new();
        let mut rest = bytes;
        for number in 1.. {
            if bytes.len() - rest.len() > MAX_HEADER_BYTES {
                return wrong(number, "", "the header is longer than 64 kB");
            }
            let end = rest.iter().take(MAX_HEADER_BYTES).position(|byte| *byte == b'\n');
            let Some((line, behind)) = end.and_then(|end| Some((rest.get(..end)?, rest.get(end + 1..)?))) else {
                return wrong(number, "", "the header breaks off before end_header; is this a PLY file?");
            };
            rest = behind;
            let Ok(line) = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)) else {
                return wrong(number, "", "is not text; is this a PLY file?");
            };
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            match words.as_slice() {
                ["ply"] if number == 1 => {}
                _ if number == 1 => return wrong(1, line, "must be \"ply\""),
                ["comment" | "obj_info", ..] | [] => {}
                ["format", name, "1.0"] if encoding.is_none() => {
                    encoding = Some(match *name {
                        "ascii" => Encoding::Ascii,
                        "binary_little_endian" => Encoding::LittleEndian,
                        "binary_big_endian" => Encoding::BigEndian,
                        _ => return wrong(number, line, "is no format of PLY 1.0"),
                    });
                }
                ["element", name, count] => {
                    let Ok(count) = count.parse() else {
                        return wrong(number, line, "states no whole number in range");
                    };
                    if elements.iter().any(|element| element.name == *name) {
                        return wrong(number, line, "stands twice");
                    }
                    elements.push(Element { name: (*name).to_owned(), count, properties: Vec::new() });
                }
                ["property", kind @ .., name] => {
                    let kind = match kind {
                        [of] => Scalar::named(of).map(Kind::Scalar),
                        ["list", count, of] => {
                            Scalar::named(count).zip(Scalar::named(of)).map(|(count, of)| Kind::List { count, of })
                        }
                        _ => None,
                    };
                    let Some(kind) = kind else { return wrong(number, line, "is no property of a known type") };
                    let Some(element) = elements.last_mut() else {
                        return wrong(number, line, "stands before the first element");
                    };
                    if element.properties.iter().any(|property| property.name == *name) {
                        return wrong(number, line, "stands twice");
                    }
                    element.properties.push(Property { name: (*name).to_owned(), kind });
                }
                ["end_header"] => break,
                _ => return wrong(number, line, "is no line of a PLY 1.0 header"),
            }
        }
        let Some(encoding) = encoding else { return wrong(2, "", "the header states no format") };
        Ok((Self { encoding, elements }, rest))
    }
}
