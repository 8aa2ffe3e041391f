//! Depth as shards of HiSpatial and `MoGe` code it: a 16-bit grey PNG whose texts `near` and `far` say how to read it.
//!
//! 0 is unknown, 65535 infinitely far, any other v stands for near^(1−t)·far^t with t = (v − 1) / 65533.

use crate::EncodeError;

/// Steps between near and far.
const STEPS: f64 = 65533.0;

/// Metres of a stored number; `NaN` where unknown, infinite where nothing was.
pub fn log_depth_m(step: u16, near_m: f64, far_m: f64) -> f64 {
    match step {
        0 => f64::NAN,
        u16::MAX => f64::INFINITY,
        _ => near_m * (far_m / near_m).powf((f64::from(step) - 1.0) / STEPS),
    }
}

/// The stored number nearest to a depth in metres, in the logarithm; what is no positive number is unknown.
pub fn log_depth_step(depth_m: f64, near_m: f64, far_m: f64) -> u16 {
    if depth_m == f64::INFINITY {
        return u16::MAX;
    }
    if depth_m.is_nan() || depth_m <= 0.0 {
        return 0;
    }
    let reach = (far_m / near_m).ln();
    let t = if reach > 0.0 { ((depth_m / near_m).ln() / reach).clamp(0.0, 1.0) } else { 0.0 };
    1 + (STEPS * t).round() as u16
}

/// Depths in metres, row by row, as such a PNG with the least and the greatest known depth as near and far; `None` where
/// none is known.
pub fn log_depth_png(size_px: [u32; 2], depths_m: &[f64]) -> Result<Option<Vec<u8>>, EncodeError> {
    let known = || depths_m.iter().copied().filter(|depth| depth.is_finite() && *depth > 0.0);
    let (near, far) = (known().fold(f64::INFINITY, f64::min), known().fold(0.0, f64::max));
    if far <= 0.0 {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(2 * depths_m.len());
    for depth in depths_m {
        bytes.extend(log_depth_step(*depth, near, far).to_be_bytes());
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, size_px[0], size_px[1]);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Paeth);
    encoder.add_text_chunk("near".to_owned(), near.to_string())?;
    encoder.add_text_chunk("far".to_owned(), far.to_string())?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bytes)?;
    writer.finish()?;
    Ok(Some(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_run_from_near_to_far() {
        assert!(log_depth_m(0, 0.5, 8.0).is_nan() && log_depth_m(65535, 0.5, 8.0).is_infinite());
        assert!((log_depth_m(1, 0.5, 8.0) - 0.5).abs() < 1e-12 && (log_depth_m(65534, 0.5, 8.0) - 8.0).abs() < 1e-12);
        // Half way in the logarithm is the geometric mean, between two steps here.
        let middle = (log_depth_m(32767, 0.5, 8.0) * log_depth_m(32768, 0.5, 8.0)).sqrt();
        assert!((middle - 2.0).abs() < 1e-9, "{middle}");
    }

    #[test]
    fn every_step_is_read_back_as_itself() {
        for (near, far) in [(0.2, 9.5), (1.0, 1.000_1), (1e-4, 1e4)] {
            for step in (1..u16::MAX).step_by(97) {
                assert_eq!(log_depth_step(log_depth_m(step, near, far), near, far), step, "{near} {far}");
            }
        }
        assert_eq!(log_depth_step(3.0, 3.0, 3.0), 1);
        assert!((log_depth_m(1, 3.0, 3.0) - 3.0).abs() < 1e-12);
        assert_eq!([f64::NAN, -1.0, 0.0, f64::INFINITY].map(|depth| log_depth_step(depth, 1.0, 2.0)), [0, 0, 0, 65535]);
        assert_eq!([0.5, 9.0].map(|depth| log_depth_step(depth, 1.0, 2.0)), [1, 65534]);
    }

    #[test]
    fn an_image_without_depth_is_none() {
        assert!(log_depth_png([2, 1], &[f64::NAN, 0.0]).unwrap().is_none());
        assert!(log_depth_png([2, 1], &[f64::NAN, 2.0]).unwrap().is_some());
        assert!(log_depth_png([2, 2], &[2.0]).is_err());
    }
}
