//! `.sens` files, version 4: the recording of a `ScanNet` scan in one file.
//!
//! Little-endian. Head: `u32` version, `u64` length and bytes of the sensor's name, four 4 × 4 `f32` matrices (colour
//! intrinsics, colour extrinsics, depth intrinsics, depth extrinsics), `i32` colour and depth compression, `u32` colour
//! width and height, depth width and height, `f32` depth steps a metre, `u64` number of frames. Each frame: 4 × 4 `f32`
//! camera to world, `u64` times of colour and depth in microseconds, `u64` lengths of colour and depth, colour, depth.
//! Measurements of motion follow, which are not read.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use flate2::read::ZlibDecoder;
use rayon::prelude::*;
use render::Image;
use scene::geometry::{MAX_SIDE_PX, RigidTransform};

use crate::{
    IngestError, Options, Report,
    calibration::{Calibration, HALF_A_PIXEL},
    frame_maker::{Depth, FrameMaker, Lenses, Shot, Source, Steps},
    numbers::intrinsic_matrix,
    pose::{moved, pose_of},
};

/// Longest name of a sensor, and longest compressed image, bytes.
const MAX_NAME: u64 = 4096;
const MAX_IMAGE: u64 = 64 << 20;

/// Bytes of a frame before its images.
const FRAME_HEAD: u64 = 64 + 32;

/// Frames that are in memory at once.
const PART: usize = 64;

struct Head {
    colour: Calibration,
    depth: Calibration,
    depth_size_px: [u32; 2],
    zlib: bool,
    scale_m: f64,
    frames: u64,
    has_extrinsics: bool,
}

struct Packed {
    number: u64,
    pose: [f64; 16],
    time_us: u64,
    colour: Vec<u8>,
    depth: Vec<u8>,
}

struct Recording<'a> {
    file: &'a Path,
    bytes: BufReader<File>,
    left: u64,
}

/// Adds the frames of a file.
pub(crate) fn read(
    file: &Path,
    options: &Options,
    world_from_scan: &RigidTransform,
    maker: &mut FrameMaker<'_>,
    report: &mut Report,
) -> Result<(), IngestError> {
    let mut recording = Recording::open(file)?;
    let head = recording.head()?;
    let lenses = Lenses { colour: Some(head.colour.clone()), depth: Some(head.depth.clone()), file: file.to_owned() };
    let frames = usize::try_from(head.frames).unwrap_or(usize::MAX);
    report.read("frames", frames);
    let every = options.every() as u64;
    let mut timed = false;
    let mut next = 0;
    while next < head.frames {
        let mut part = Vec::new();
        while next < head.frames && part.len() < PART {
            part.extend(recording.frame(next, next % every == 0)?);
            next += 1;
        }
        let unpacked: Vec<_> = part.into_par_iter().map(|packed| unpack(file, packed, &head)).collect();
        let mut shots = Vec::new();
        for unpacked in unpacked {
            let (number, pose, time_us, colour, depth) = unpacked?;
            report.read("poses", 1);
            timed |= time_us > 0;
            let pose = pose_of(file, &format!("frame {number}, camera to world"), &pose, report)?;
            shots.push(Shot {
                name: number.to_string(),
                time_s: Some(time_us as f64 / 1e6),
                pose: moved(pose, world_from_scan),
                colour,
                depth,
                instance: None,
            });
        }
        report.convert(HALF_A_PIXEL, shots.len());
        maker.add(shots, &lenses, file, report)?;
    }
    if !timed {
        maker.frames.iter_mut().for_each(|frame| frame.time_s = None);
        report.notes.push("every time stamp of the recording is 0; frames have no time".to_owned());
    }
    if every > 1 {
        report.notes.push(format!("{} of {frames} frames are taken: every {every}th", maker.frames.len()));
    }
    if head.has_extrinsics {
        report.notes.push("extrinsics of the recording are not applied: its images are registered already".to_owned());
    }
    Ok(())
}

type Unpacked = (u64, [f64; 16], u64, Option<Source>, Option<Depth>);

fn unpack(file: &Path, packed: Packed, head: &Head) -> Result<Unpacked, IngestError> {
    let Packed { number, pose, time_us, colour, depth } = packed;
    let [width_px, height_px] = head.depth_size_px;
    let wanted = width_px as usize * height_px as usize * 2;
    let steps =
        if depth.is_empty() {
            None
        } else {
            let mut raw = Vec::new();
            let result = if head.zlib {
                ZlibDecoder::new(depth.as_slice()).take(wanted as u64 + 1).read_to_end(&mut raw).map(|_| ())
            } else {
                raw = depth;
                Ok(())
            };
            if let Some(problem) = result.err().map(|e| e.to_string()).or_else(|| {
                (raw.len() != wanted).then(|| format!("unpacks to {} bytes instead of {wanted}", raw.len()))
            }) {
                return Err(IngestError::value(file, format!("frame {number}, depth"), "", problem));
            }
            let pixels = raw.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            Some(Image { width_px, height_px, pixels })
        };
    let depth = steps.map(|image| Depth { steps: Steps::Raw(image), scale_m: head.scale_m, unknown: None });
    let colour = (!colour.is_empty()).then_some(Source::Bytes(colour));
    Ok((number, pose, time_us, colour, depth))
}

impl<'a> Recording<'a> {
    fn open(file: &'a Path) -> Result<Self, IngestError> {
        let failed = |source| {
            let hint = "check the path and the permissions";
            scene::FileError::Io { file: file.to_owned(), action: "open", source, hint }
        };
        let handle = File::open(file).map_err(failed)?;
        let left = handle.metadata().map_err(failed)?.len();
        Ok(Self { file, bytes: BufReader::with_capacity(1 << 16, handle), left })
    }

    fn wrong(&self, field: impl Into<String>, value: impl std::fmt::Debug, problem: impl Into<String>) -> IngestError {
        IngestError::value(self.file, field, value, problem)
    }

    fn take<const N: usize>(&mut self, field: &str) -> Result<[u8; N], IngestError> {
        let mut bytes = [0; N];
        self.bytes.read_exact(&mut bytes).map_err(|e| self.wrong(field, "", format!("the file breaks off: {e}")))?;
        self.left = self.left.saturating_sub(N as u64);
        Ok(bytes)
    }

    fn whole(&mut self, field: &str) -> Result<u64, IngestError> {
        self.take(field).map(u64::from_le_bytes)
    }

    fn side(&mut self, field: &str) -> Result<u32, IngestError> {
        let side = u32::from_le_bytes(self.take(field)?);
        if (1..=MAX_SIDE_PX).contains(&side) {
            return Ok(side);
        }
        Err(self.wrong(field, side, format!("must be 1 to {MAX_SIDE_PX}")))
    }

    fn matrix(&mut self, field: &str) -> Result<[f64; 16], IngestError> {
        let mut matrix = [0.0; 16];
        for value in &mut matrix {
            *value = f64::from(f32::from_le_bytes(self.take(field)?));
        }
        Ok(matrix)
    }

    /// So many bytes, of which the file has at least as many left.
    fn bytes(&mut self, field: &str, length: u64, limit: u64) -> Result<Vec<u8>, IngestError> {
        self.check_length(field, length, limit)?;
        let mut bytes = vec![0; length as usize];
        self.bytes.read_exact(&mut bytes).map_err(|e| self.wrong(field, "", format!("the file breaks off: {e}")))?;
        self.left -= length;
        Ok(bytes)
    }

    fn check_length(&self, field: &str, length: u64, limit: u64) -> Result<(), IngestError> {
        let limit = limit.min(self.left);
        if length <= limit {
            return Ok(());
        }
        Err(self.wrong(field, length, format!("bytes cannot stand here: at most {limit}")))
    }

    fn head(&mut self) -> Result<Head, IngestError> {
        let version = u32::from_le_bytes(self.take("version")?);
        if version != 4 {
            return Err(self.wrong("version", version, "must be 4; is this a .sens file?"));
        }
        let length = self.whole("length of the sensor's name")?;
        self.bytes("sensor's name", length, MAX_NAME)?;
        let intrinsic_colour = self.matrix("colour intrinsics")?;
        let extrinsic_colour = self.matrix("colour extrinsics")?;
        let intrinsic_depth = self.matrix("depth intrinsics")?;
        let extrinsic_depth = self.matrix("depth extrinsics")?;
        let colour_compression = i32::from_le_bytes(self.take("colour compression")?);
        let depth_compression = i32::from_le_bytes(self.take("depth compression")?);
        if !matches!(colour_compression, 1 | 2) {
            return Err(self.wrong("colour compression", colour_compression, "must be 1 (PNG) or 2 (JPEG)"));
        }
        if !matches!(depth_compression, 0 | 1) {
            return Err(self.wrong("depth compression", depth_compression, "must be 0 (none) or 1 (zlib)"));
        }
        let colour_size = [self.side("colour width")?, self.side("colour height")?];
        let depth_size_px = [self.side("depth width")?, self.side("depth height")?];
        let steps = f64::from(f32::from_le_bytes(self.take("depth steps a metre")?));
        if !(1.0..=1e6).contains(&steps) {
            return Err(self.wrong("depth steps a metre", steps, "must be 1 to 1e6"));
        }
        let frames = self.whole("number of frames")?;
        if frames.saturating_mul(FRAME_HEAD) > self.left {
            return Err(self.wrong("number of frames", frames, format!("cannot stand in {} bytes", self.left)));
        }
        let identity = scene::geometry::Mat3::IDENTITY.to_cols_array();
        let moves = |m: &[f64; 16]| {
            let turn = [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]];
            let place = [m[3], m[7], m[11]];
            let turned = turn.iter().zip(identity).any(|(found, wanted)| (found - wanted).abs() > 1e-6);
            turned || place.iter().any(|v| v.abs() > 1e-6)
        };
        let lens = |matrix: &[f64; 16], size_px| -> Result<Calibration, IngestError> {
            let numbers = intrinsic_matrix(self.file, matrix)?;
            Ok(Calibration { size_px: Some(size_px), ..Calibration::of_zero_based(numbers) })
        };
        Ok(Head {
            colour: lens(&intrinsic_colour, colour_size)?,
            depth: lens(&intrinsic_depth, depth_size_px)?,
            depth_size_px,
            zlib: depth_compression == 1,
            scale_m: 1.0 / steps,
            frames,
            has_extrinsics: moves(&extrinsic_colour) || moves(&extrinsic_depth),
        })
    }

    /// The next frame; `None` if it is passed over.
    fn frame(&mut self, number: u64, wanted: bool) -> Result<Option<Packed>, IngestError> {
        let field = |part: &str| format!("frame {number}, {part}");
        let pose = self.matrix(&field("camera to world"))?;
        let time_us = self.whole(&field("time of colour"))?;
        self.whole(&field("time of depth"))?;
        let colour = self.whole(&field("length of colour"))?;
        let depth = self.whole(&field("length of depth"))?;
        if !wanted {
            for (part, length) in [("colour", colour), ("depth", depth)] {
                self.check_length(&field(part), length, MAX_IMAGE)?;
                self.left -= length;
            }
            let over = colour.saturating_add(depth).cast_signed();
            self.bytes
                .seek_relative(over)
                .map_err(|e| self.wrong(field("colour"), "", format!("the file breaks off: {e}")))?;
            return Ok(None);
        }
        let colour = self.bytes(&field("colour"), colour, MAX_IMAGE)?;
        let depth = self.bytes(&field("depth"), depth, MAX_IMAGE)?;
        if colour.is_empty() && depth.is_empty() {
            return Err(self.wrong(field("length of colour"), 0, "has neither colour nor depth"));
        }
        Ok(Some(Packed { number, pose, time_us, colour, depth }))
    }
}
