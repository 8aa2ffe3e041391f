//! A picture in square cells, for what is told from points.

use std::ops::Range;

/// Cells along a side of the blocks in which fronts are kept.
const BLOCK: usize = 4;

/// One over the least share of a thing's cells that is no rim.
const LEAST_INNER: usize = 4;

/// A cell that a part covers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Covered {
    pub(crate) cell: u32,
    pub(crate) nearness: f32,
    /// A cell into which no point of the front has fallen shows points of the back: the front's are near it.
    pub(crate) front: f32,
}

/// Cells of an image, and as many on each side beyond its borders. A cell lies in the image if its centre does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells {
    /// Width of a cell, pixels.
    pub(crate) cell_px: f64,
    /// Cells of the image.
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

impl Cells {
    pub(crate) fn new(size_px: [usize; 2], cell_px: f64) -> Self {
        let [columns, rows] = size_px.map(|side| ((side as f64 / cell_px).round() as usize).max(1));
        Self { cell_px, columns, rows }
    }

    /// Calls with every cell whose centre a square of this half width around a pixel covers, and with that which holds
    /// the pixel.
    #[inline]
    pub(crate) fn cover(&self, [x, y]: [f32; 2], half_px: f32, mut each: impl FnMut(usize)) {
        let per_px = 1.0 / self.cell_px as f32;
        let half = self.half(half_px);
        // From the left (upper) end of what lies beyond the border.
        let range = |at: f32, cells: usize| {
            let (at, end) = (at * per_px + cells as f32, (3 * cells) as f32);
            if !(at >= 0.0 && at < end) {
                return (0, 0);
            }
            let first = (at - half + 0.5).max(0.0) as u32;
            let last = (at + half + 0.5).min(end) as u32;
            (first.min(at as u32) as usize, last.max(at as u32 + 1) as usize)
        };
        let (left, right) = range(x, self.columns);
        if left == right {
            return;
        }
        let (top, bottom) = range(y, self.rows);
        for row in top..bottom {
            let start = row * 3 * self.columns;
            for cell in start + left..start + right {
                each(cell);
            }
        }
    }

    /// Half the width of a square in cells; none is smaller than a cell.
    #[inline]
    fn half(&self, half_px: f32) -> f32 {
        (half_px / self.cell_px as f32).max(0.5)
    }

    /// Gives the cells of a part, those from `start` on, their nearness in its picture `own`, which is cleared, and takes
    /// away the rim by which its points' squares (`half_px` wide at one metre) reach over its edge. A thing that is nothing
    /// but rim stays as it is.
    pub(crate) fn shrink(&self, covered: &mut Vec<Covered>, start: usize, half_px: f32, own: &mut [f32]) {
        let (width, height) = (3 * self.columns, 3 * self.rows);
        let is_inner = |one: &mut Covered| {
            let (row, column) = (one.cell as usize / width, one.cell as usize % width);
            one.nearness = own[one.cell as usize];
            let rim = self.half(half_px * one.nearness).round() as usize;
            let (left, right) = (column.saturating_sub(rim), (column + rim).min(width - 1));
            let (above, below) = (row.saturating_sub(rim), (row + rim).min(height - 1));
            [(row, left), (row, right), (above, column), (below, column)].iter().all(|(y, x)| own[y * width + x] > 0.0)
        };
        let is_inner: Vec<bool> = covered[start..].iter_mut().map(is_inner).collect();
        for one in &covered[start..] {
            own[one.cell as usize] = 0.0;
        }
        if is_inner.iter().filter(|is_inner| **is_inner).count() * LEAST_INNER >= is_inner.len() {
            let mut kept = start;
            for (at, is_inner) in (start..).zip(is_inner) {
                if is_inner {
                    covered[kept] = covered[at];
                    kept += 1;
                }
            }
            covered.truncate(kept);
        }
    }

    /// Finds the front of the cells of a part that lie in the image: the nearest in their own block and in the three that
    /// are nearest to them. `front` holds a number for each block, all 0 before and after.
    pub(crate) fn find_fronts(&self, covered: &mut [Covered], front: &mut [f32]) {
        for one in covered.iter() {
            if let Some(inner) = self.inner(one.cell as usize) {
                let block = &mut front[self.blocks_about(inner)[0]];
                *block = block.max(one.nearness);
            }
        }
        for one in covered.iter_mut() {
            if let Some(inner) = self.inner(one.cell as usize) {
                one.front = self.blocks_about(inner).iter().fold(0.0, |most, block| front[*block].max(most));
            }
        }
        for one in covered.iter() {
            if let Some(inner) = self.inner(one.cell as usize) {
                front[self.blocks_about(inner)[0]] = 0.0;
            }
        }
    }

    /// Blocks of the image.
    pub(crate) fn blocks(&self) -> usize {
        self.columns.div_ceil(BLOCK) * self.rows.div_ceil(BLOCK)
    }

    /// The block of a cell of the image, and the three others that are nearest to the cell.
    #[inline]
    fn blocks_about(&self, inner: usize) -> [usize; 4] {
        let near = |cell: usize, cells: usize| {
            let (block, last) = (cell / BLOCK, (cells - 1) / BLOCK);
            let other = if cell % BLOCK < BLOCK / 2 { block.saturating_sub(1) } else { (block + 1).min(last) };
            [block, other]
        };
        let [x, beside_x] = near(inner % self.columns, self.columns);
        let [y, beside_y] = near(inner / self.columns, self.rows);
        let width = self.columns.div_ceil(BLOCK);
        [y * width + x, y * width + beside_x, beside_y * width + x, beside_y * width + beside_x]
    }

    /// The same cell among those of the image.
    #[inline]
    pub(crate) fn inner(&self, cell: usize) -> Option<usize> {
        let (row, column) = (cell / (3 * self.columns), cell % (3 * self.columns));
        let (row, column) = (row.checked_sub(self.rows)?, column.checked_sub(self.columns)?);
        (row < self.rows && column < self.columns).then(|| row * self.columns + column)
    }

    /// Of each row of these cells of the image, those that a cell of coarser ones holds.
    pub(crate) fn within(&self, coarser: &Self, inner: usize) -> impl Iterator<Item = Range<usize>> {
        let times = (coarser.cell_px / self.cell_px).round() as usize;
        let range = |at: usize, cells: usize| (at * times).min(cells)..((at + 1) * times).min(cells);
        let columns = range(inner % coarser.columns, self.columns);
        let width = self.columns;
        range(inner / coarser.columns, self.rows).map(move |row| row * width + columns.start..row * width + columns.end)
    }

    /// The cell of the image in which a pixel lies.
    pub(crate) fn at(&self, x: f32, y: f32) -> usize {
        let along = |at: f32, cells: usize| ((f64::from(at) / self.cell_px) as usize).min(cells - 1);
        along(y, self.rows) * self.columns + along(x, self.columns)
    }

    /// The middle of a cell of the image, pixels.
    pub(crate) fn centre_px(&self, inner: usize) -> [f32; 2] {
        [inner % self.columns, inner / self.columns].map(|cell| ((cell as f64 + 0.5) * self.cell_px) as f32)
    }
}
