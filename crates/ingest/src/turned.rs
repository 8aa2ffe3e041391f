//! Images turned by quarter turns.

use render::Image;

/// The image turned clockwise by quarter turns.
pub(crate) fn turned<T: Copy>(image: Image<T>, quarters: u8) -> Image<T> {
    (0..quarters % 4).fold(image, |image, _| {
        let (width, height) = (image.width_px as usize, image.height_px as usize);
        let column = |x: usize| (0..height).rev().map(move |y| y * width + x);
        let pixels = (0..width).flat_map(column).map(|at| image.pixels[at]).collect();
        Image { width_px: image.height_px, height_px: image.width_px, pixels }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_is_clockwise() {
        let image = Image { width_px: 3, height_px: 2, pixels: vec![1, 2, 3, 4, 5, 6] };
        let once = turned(image.clone(), 1);
        assert_eq!(once, Image { width_px: 2, height_px: 3, pixels: vec![4, 1, 5, 2, 6, 3] });
        assert_eq!(turned(image.clone(), 2).pixels, [6, 5, 4, 3, 2, 1]);
        assert_eq!(turned(once, 3), image);
    }
}
