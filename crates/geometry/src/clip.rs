//! The volume common to two oriented boxes.
//!
//! Box `a` is cut by the six half spaces of box `b` and the volume of what is left is the flux through its surface
//! (divergence theorem). The surface is kept as a bag of directed edges, each knowing the face on its left and the
//! face on its right, and never as ordered polygons. Both faces at an edge see *the same* cut point, so the surface
//! stays closed bit for bit and the volume is right to rounding even where planes nearly coincide, which is where
//! methods that clip the faces of both boxes one by one lose or double a cap.

use crate::{OrientedBox, Vec3};

/// Edges of a box cut by six planes: 12, and one new edge at most for each face at each cut (6 + 7 + … + 11).
const EDGE_CAPACITY: usize = 64;
/// Faces of two boxes.
const FACES: usize = 12;

/// A directed edge of the surface; seen from outside, face `left` runs from `p` to `q` counter-clockwise.
#[derive(Clone, Copy)]
struct Edge {
    p: Vec3,
    q: Vec3,
    left: usize,
    right: usize,
}

/// The surface of a convex solid.
struct Surface {
    edges: [Edge; EDGE_CAPACITY],
    count: usize,
}

/// The volume of the intersection of two boxes, m³; 0 where they only touch or a box is flat.
pub fn intersection_volume_m3(a: &OrientedBox, b: &OrientedBox) -> f64 {
    let (half_a, half_b) = (a.half(), b.half());
    let b_in_a = a.local(b.centre());
    let a_from_b = a.axes().transpose() * b.axes();
    if a.volume_m3() == 0.0 || b.volume_m3() == 0.0 {
        return 0.0;
    }
    let reach_b = a_from_b.abs() * half_b;
    if (b_in_a.abs() - half_a - reach_b).max_element() >= 0.0 {
        return 0.0;
    }
    // A vertex this near to a cutting plane counts as on it: coplanar faces then make no cut and no cap.
    let on_plane = 32.0 * f64::EPSILON * (half_a.max_element() + half_b.max_element());
    let mut solid = Surface::of_box(half_a);
    for (k, axis) in [a_from_b.x_axis, a_from_b.y_axis, a_from_b.z_axis].into_iter().enumerate() {
        for (outward, face) in [(axis, 6 + 2 * k), (-axis, 7 + 2 * k)] {
            let offset = outward.dot(b_in_a) + half_b[k];
            solid.cut(outward, offset, face, on_plane);
            if solid.count == 0 {
                return 0.0;
            }
        }
    }
    // Rounding must not make the part greater than a whole.
    solid.volume_m3().clamp(0.0, a.volume_m3().min(b.volume_m3()))
}

impl Surface {
    /// The surface of a box around the origin; face 2k is the far side of axis k, face 2k + 1 the near side.
    fn of_box(half: Vec3) -> Self {
        let none = Edge { p: Vec3::ZERO, q: Vec3::ZERO, left: 0, right: 0 };
        let mut surface = Self { edges: [none; EDGE_CAPACITY], count: 0 };
        for k in 0..3 {
            let (u, v) = ((k + 1) % 3, (k + 2) % 3);
            for (far_u, far_v) in [(true, true), (true, false), (false, true), (false, false)] {
                let mut p = Vec3::ZERO;
                p[u] = if far_u { half[u] } else { -half[u] };
                p[v] = if far_v { half[v] } else { -half[v] };
                let mut q = p;
                (p[k], q[k]) = (-half[k], half[k]);
                let (face_u, face_v) = (2 * u + usize::from(!far_u), 2 * v + usize::from(!far_v));
                // Seen from outside with k upwards, the far side of u is left of the far side of v; each reversal
                // of a side mirrors the view.
                let (left, right) = if far_u == far_v { (face_u, face_v) } else { (face_v, face_u) };
                surface.push(Edge { p, q, left, right });
            }
        }
        surface
    }

    fn push(&mut self, edge: Edge) {
        if let Some(slot) = self.edges.get_mut(self.count) {
            *slot = edge;
            self.count += 1;
        }
    }

    /// Keeps what lies where outward·x ≤ offset, and closes the cut with the face `cap`.
    fn cut(&mut self, outward: Vec3, offset: f64, cap: usize, on_plane: f64) {
        let mut leaves: [Option<Vec3>; FACES] = [None; FACES];
        let mut enters: [Option<Vec3>; FACES] = [None; FACES];
        let mut kept = 0;
        for i in 0..self.count {
            let mut edge = self.edges[i];
            let (at_p, at_q) = (outward.dot(edge.p) - offset, outward.dot(edge.q) - offset);
            let (p_out, q_out) = (at_p > on_plane, at_q > on_plane);
            if p_out && q_out {
                continue;
            }
            if q_out {
                edge.q = crossing(edge.p, at_p, edge.q, at_q);
                leaves[edge.left] = Some(edge.q);
                enters[edge.right] = Some(edge.q);
            } else if p_out {
                edge.p = crossing(edge.q, at_q, edge.p, at_p);
                enters[edge.left] = Some(edge.p);
                leaves[edge.right] = Some(edge.p);
            }
            self.edges[kept] = edge;
            kept += 1;
        }
        self.count = kept;
        for (face, ends) in leaves.into_iter().zip(enters).enumerate() {
            if let (Some(p), Some(q)) = ends {
                self.push(Edge { p, q, left: face, right: cap });
            }
        }
    }

    /// The enclosed volume: the sum of tetrahedra from one origin to a fan of triangles over each face.
    fn volume_m3(&self) -> f64 {
        let origin = self.edges[0].p;
        let mut tips: [Option<Vec3>; FACES] = [None; FACES];
        let mut six_fold = 0.0;
        for edge in &self.edges[..self.count] {
            let normal = (edge.p - origin).cross(edge.q - origin);
            let left = *tips[edge.left].get_or_insert(edge.p);
            let right = *tips[edge.right].get_or_insert(edge.p);
            six_fold += (left - right).dot(normal);
        }
        six_fold / 6.0
    }
}

/// The point of the edge from `inside` to `outside` on the plane, given their signed distances.
fn crossing(inside: Vec3, at_inside: f64, outside: Vec3, at_outside: f64) -> Vec3 {
    let t = (at_inside / (at_inside - at_outside)).clamp(0.0, 1.0);
    inside + (outside - inside) * t
}
