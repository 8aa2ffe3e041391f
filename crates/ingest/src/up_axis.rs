//! From worlds with y up to ours with z up: (x, y, z) becomes (x, −z, y), a quarter turn about x.
//!
//! Every number is kept to the last bit; two are swapped and one changes sign.

use scene::geometry::{Mat3, Vec3};

/// How reports and provenance call the conversion.
pub const TURNED: &str = "axes turned from y up to z up: (x, y, z) became (x, -z, y)";

/// A point or direction of a y-up world, in our z-up world.
pub fn z_up_from_y_up(p_in_y_up: Vec3) -> Vec3 {
    // Adding zero turns -0 into 0.
    Vec3::new(p_in_y_up.x, -p_in_y_up.z, p_in_y_up.y) + Vec3::ZERO
}

/// A rotation whose columns are directions of a y-up world, with its columns in our z-up world.
pub fn columns_z_up(world_from_box: Mat3) -> Mat3 {
    let [x, y, z] = [world_from_box.x_axis, world_from_box.y_axis, world_from_box.z_axis].map(z_up_from_y_up);
    Mat3::from_cols(x, y, z)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_becomes_z_and_handedness_stays() {
        assert_eq!(z_up_from_y_up(Vec3::Y), Vec3::Z);
        assert_eq!(z_up_from_y_up(Vec3::X), Vec3::X);
        assert_eq!(z_up_from_y_up(Vec3::new(1.0, 2.0, 3.0)), Vec3::new(1.0, -3.0, 2.0));
        assert!((columns_z_up(Mat3::IDENTITY).determinant() - 1.0).abs() < 1e-15);
    }
}
