//! One self-contained HTML page of questions, their answers, and their proofs drawn on a plan.

use std::path::Path;

use question::{Proof, print, readable};
use scene::Scene;

use crate::{picture::pictures, plan::plan};

/// A question with its proof, and the scene it was asked of.
pub(crate) struct Proved<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) text: &'a str,
    pub(crate) proof: &'a Proof,
    /// Folder of the page, in which the images of its scenes lie below the paths that the scenes name.
    pub(crate) folder: &'a Path,
}

const STYLE: &str = "
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.6rem;margin-bottom:.2rem} .answer{font-size:1.2rem;margin:.2rem 0 .8rem} .scene{color:#777;font-size:.85rem}
svg{width:100%;height:auto;border:1px solid #ddd;font:13px system-ui,sans-serif}
pre{background:#f6f6f4;padding:.8rem;overflow-x:auto;font-size:13px}
details{border-top:1px solid #e5e5e5;padding:.35rem 0} summary{cursor:pointer} summary b{margin-left:.5rem}
text{text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.floor{fill:#fbfaf7;stroke:#bbb} .other{fill:#f3f3f1;stroke:#ccc;fill-opacity:.6} .minor{fill:#888;font-size:11px}
.cited{fill:#4c78a8;fill-opacity:.35;stroke:#4c78a8;stroke-width:1.5} .name{fill:#1d3f63;font-weight:600}
.measured{stroke:#d62728;stroke-width:2} .facing{stroke:#d62728;stroke-width:1.5;stroke-dasharray:6 4} .fact{fill:#b01f20}
.scale{stroke:#222;stroke-width:2}
.seen{fill:none;stroke:#ffd23f;stroke-width:3} .onpicture{font-size:22px;fill:#111}
";

/// The page: the first questions in full, the others folded.
pub(crate) fn page(first: &Proved, second: &Proved, others: &[Proved]) -> String {
    let folded: String = others.iter().map(folded).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Isovist: {title}</title>\n<style>{STYLE}</style>\n<h1>{title}</h1>\n<p class=\"answer\"><b>{answer}</b> {scene}</p>\n\
         {whole}<p>Seen from above, to scale. Blue: what the proof is about; red: what it measured; broken: where one faces.</p>\n\
         <h1>{second_title}</h1>\n<p class=\"answer\"><b>{second_answer}</b> {second_scene}</p>\n{second_whole}\
         <h2>More questions</h2>\n{folded}</html>\n",
        title = escaped(first.text),
        answer = answer(first),
        scene = scene(first),
        whole = whole(first),
        second_title = escaped(second.text),
        second_answer = answer(second),
        second_scene = scene(second),
        second_whole = whole(second),
    )
}

fn folded(proved: &Proved) -> String {
    format!(
        "<details><summary>{}<b>{}</b> {}</summary>\n{}</details>\n",
        escaped(proved.text),
        answer(proved),
        scene(proved),
        whole(proved)
    )
}

fn answer(proved: &Proved) -> String {
    escaped(&print::answer_with_tolerance(&proved.proof.answer))
}

fn scene(proved: &Proved) -> String {
    format!("<span class=\"scene\">{}, profile {}</span>", escaped(proved.scene.id()), escaped(&proved.proof.profile))
}

fn whole(proved: &Proved) -> String {
    let steps = readable::steps(proved.scene, proved.proof);
    let pictures = pictures(proved.scene, proved.proof, proved.folder);
    format!("{pictures}{}<pre>{}</pre>\n", plan(proved.scene, proved.proof), escaped(&steps))
}

/// Text that is safe inside an element or attribute.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
