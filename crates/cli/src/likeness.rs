//! Rows judged with texts compared by a model of the user's.

use std::{error::Error, path::Path};

use judge::{
    reward::Preset,
    row::{JudgedRow, Judgement, RowFault},
};

/// Rows judged with a model, and its name.
pub(crate) struct Compared<'p> {
    pub(crate) name: String,
    pub(crate) judged: Vec<Result<Judgement<'p>, RowFault>>,
}

/// Judges rows, texts compared by the model in a folder.
#[cfg(feature = "embeddings")]
pub(crate) fn judge_by<'p>(
    folder: &Path,
    preset: &'p Preset,
    rows: &[JudgedRow],
) -> Result<Compared<'p>, Box<dyn Error>> {
    use std::sync::OnceLock;

    use judge::rule::Likeness;

    /// Keeps why texts could not be compared, which a likeness cannot say.
    struct Asked {
        model: embed::Embedding,
        fault: OnceLock<embed::EmbedError>,
    }

    impl Likeness for Asked {
        fn name(&self) -> &str {
            self.model.name()
        }

        fn likeness(&self, pairs: &[(&str, &str)]) -> Vec<f64> {
            self.model.similarities(pairs).unwrap_or_else(|fault| {
                self.fault.get_or_init(|| fault);
                vec![f64::NAN; pairs.len()]
            })
        }
    }

    let model = embed::Embedding::open(folder).map_err(|fault| format!("--likeness: {fault}"))?;
    let asked = Asked { model, fault: OnceLock::new() };
    let judged = judge::row::judge_all_with(preset, rows, &asked);
    let name = asked.name().to_owned();
    match asked.fault.into_inner() {
        Some(fault) => Err(format!("--likeness {}: {fault}", folder.display()).into()),
        None => Ok(Compared { name, judged }),
    }
}

#[cfg(not(feature = "embeddings"))]
pub(crate) fn judge_by<'p>(folder: &Path, _: &'p Preset, _: &[JudgedRow]) -> Result<Compared<'p>, Box<dyn Error>> {
    let shown = folder.display();
    Err(format!(
        "--likeness {shown}: this isovist was built without embeddings (hint: build it with --features embeddings)"
    )
    .into())
}
