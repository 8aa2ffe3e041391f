//! A `.sens` file.

/// The bytes of a recording with these images.
pub(crate) fn sens(frames: &[(Vec<u8>, Vec<u8>, [f32; 16])], size: [u32; 2], lens: [f32; 4]) -> Vec<u8> {
    let mut out = 4_u32.to_le_bytes().to_vec();
    out.extend(4_u64.to_le_bytes());
    out.extend(b"test");
    let mut matrix = [0.0_f32; 16];
    (matrix[0], matrix[5], matrix[2], matrix[6], matrix[10], matrix[15]) =
        (lens[0], lens[1], lens[2], lens[3], 1.0, 1.0);
    let mut identity = [0.0_f32; 16];
    (identity[0], identity[5], identity[10], identity[15]) = (1.0, 1.0, 1.0, 1.0);
    for matrix in [matrix, identity, matrix, identity] {
        out.extend(matrix.iter().flat_map(|v| v.to_le_bytes()));
    }
    out.extend(2_i32.to_le_bytes());
    out.extend(1_i32.to_le_bytes());
    for side in [size[0], size[1], size[0], size[1]] {
        out.extend(side.to_le_bytes());
    }
    out.extend(1000.0_f32.to_le_bytes());
    out.extend((frames.len() as u64).to_le_bytes());
    for (number, (colour, depth, pose)) in frames.iter().enumerate() {
        out.extend(pose.iter().flat_map(|v| v.to_le_bytes()));
        out.extend((40_000 * (number as u64 + 1)).to_le_bytes());
        out.extend(0_u64.to_le_bytes());
        out.extend((colour.len() as u64).to_le_bytes());
        out.extend((depth.len() as u64).to_le_bytes());
        out.extend(colour);
        out.extend(depth);
    }
    out.extend(0_u64.to_le_bytes());
    out
}
