//! The list of routes as an OpenAPI 3.1 document, whose schemas are those that `isovist schema` prints.

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::routes::{ROUTES, Route};

/// The document.
pub fn openapi() -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let mut paths = Map::new();
    for route in ROUTES {
        paths.insert(route.path.to_owned(), json!({ route.method(): operation(route, &mut generator) }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Isovist judge",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Rewards for replies to spatial questions, and episodes over scenes. A refusal is {\"error\": {\"code\", \"message\", \"field\"}}.",
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let answer = route.gives.map_or_else(|| json!({}), |schema| schema(generator).into());
    let mut operation = json!({
        "summary": route.summary,
        "tags": [route.group],
        "operationId": route.path.trim_matches('/').replace(['/', '.'], "_"),
        "security": if route.open { json!([]) } else { json!([{"token": []}]) },
        "responses": {
            "200": {"description": "Done", "content": {"application/json": {"schema": answer}}},
            "default": {"description": "Refused, with a code and what to do"},
        },
    });
    if let Some(takes) = &route.takes {
        let one: Value = (takes.schema)(generator).into();
        let example: Value = serde_json::from_str(takes.example).unwrap_or_default();
        let mut content = Map::new();
        let schema = if takes.many { json!({"anyOf": [one, {"type": "array", "items": one}]}) } else { one.clone() };
        content.insert("application/json".to_owned(), json!({"schema": schema, "example": example}));
        if takes.many {
            content.insert("application/x-ndjson".to_owned(), json!({"schema": one}));
        }
        operation["requestBody"] = json!({"required": true, "content": content});
    }
    operation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_and_every_schema_that_is_named_is_there() {
        let document = openapi();
        for route in ROUTES {
            let operation = &document["paths"][route.path][route.method()];
            assert!(operation["summary"].is_string(), "{}", route.path);
        }
        let text = document.to_string();
        let mut named = 0;
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().expect("a reference");
            assert!(document.pointer(pointer).is_some(), "{pointer}");
            named += 1;
        }
        assert!(named > 20 && !text.contains("$defs"), "{named}");
        assert!(document["components"]["schemas"]["JudgedRow"]["properties"]["reply"].is_object());
    }
}
