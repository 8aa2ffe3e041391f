//! Every certain answer's proof, against the checker.

use question::Draw;

use super::{case::Case, family::Held};

pub(crate) fn accepted(case: &Case, _: &mut Draw) -> Held {
    let proof = case.proof()?;
    let checked = checker::check(&case.source.scene, &case.source.sha256, &proof);
    Some(checked.map(|_| ()).map_err(|rejection| rejection.to_string()))
}
