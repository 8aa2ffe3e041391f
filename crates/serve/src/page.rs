//! The OpenAPI document for people: one page that needs nothing else and runs nothing.

use std::fmt::{self, Write as _};

use serde_json::Value;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}\
h2{margin:2rem 0 .5rem;border-bottom:1px solid #ccc}summary{cursor:pointer;padding:.3rem 0}\
code,pre{font:13px/1.4 ui-monospace,monospace}pre{background:#f4f4f4;padding:.7rem;overflow:auto;border-radius:4px}\
.method{display:inline-block;width:3.5rem;font-weight:600}.post{color:#0a6}.get{color:#06c}.said{color:#555}";

/// The page of a document.
pub(crate) fn page(document: &Value) -> Result<String, fmt::Error> {
    let mut out = String::new();
    let title = text(&document["info"]["title"]);
    write!(
        out,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style>"
    )?;
    write!(
        out,
        "<h1>{title} {}</h1><p>{}</p>",
        text(&document["info"]["version"]),
        text(&document["info"]["description"])
    )?;
    write!(out, "<p>As JSON: <a href=\"openapi.json\"><code>openapi.json</code></a></p>")?;
    let mut group = String::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let tag = text(&operation["tags"][0]);
            if tag != group {
                write!(out, "<h2>{tag}</h2>")?;
                group = tag;
            }
            write!(out, "<details><summary><span class=\"method {method}\">{}</span> ", method.to_uppercase())?;
            write!(out, "<code>{path}</code> <span class=\"said\">{}</span></summary>", text(&operation["summary"]))?;
            let body = &operation["requestBody"]["content"]["application/json"];
            if body.is_object() {
                let example = escaped(&body["example"].to_string());
                let quoted = example.replace('\'', "&#39;\\&#39;&#39;");
                write!(out, "<pre>curl -s localhost:8000{path} -d '{quoted}'</pre>")?;
                schema(&mut out, "Takes", &body["schema"])?;
            } else {
                write!(out, "<pre>curl -s localhost:8000{path}</pre>")?;
            }
            schema(&mut out, "Gives", &operation["responses"]["200"]["content"]["application/json"]["schema"])?;
            write!(out, "</details>")?;
        }
    }
    write!(out, "<h2>Schemas</h2>")?;
    for (name, value) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let name = escaped(name);
        write!(out, "<details id=\"{name}\"><summary><code>{name}</code></summary>")?;
        write!(out, "<pre>{}</pre></details>", pretty(value))?;
    }
    Ok(out)
}

fn schema(out: &mut String, word: &str, schema: &Value) -> fmt::Result {
    if schema.as_object().is_none_or(serde_json::Map::is_empty) {
        return Ok(());
    }
    write!(out, "<p>{word}</p><pre>{}</pre>", pretty(schema))
}

fn pretty(value: &Value) -> String {
    escaped(&serde_json::to_string_pretty(value).unwrap_or_default())
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{openapi, routes::ROUTES};

    #[test]
    fn the_page_names_every_route_and_asks_nobody_else() {
        let page = page(&openapi()).expect("a page");
        for route in ROUTES {
            assert!(page.contains(&format!("<code>{}</code>", route.path)), "{}", route.path);
        }
        assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("@import"));
    }
}
