//! Reads the OpenAPI document into what the page shows.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    ApiDocument,
    reference::{Content, Field, Group, Operation, Parameter, Reference},
};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// So many fields stand in the body of an example; the list beside it has them all.
const EXAMPLE_FIELDS: usize = 3;

/// The page's content; `None` when the document is none.
pub fn reference(document: &ApiDocument) -> Option<Reference> {
    let root: Value = serde_json::from_str(document.openapi).ok()?;
    let paths = root["paths"].as_object()?;
    let base = text(&root["servers"][0]["url"]);
    let collections: BTreeSet<&str> = paths.keys().filter_map(|path| parts(path).next()).collect();
    let mut groups: Vec<Group> = Vec::new();
    for (path, item) in paths {
        let of = parts(path).filter(|part| collections.contains(part)).last()?;
        let operations = METHODS
            .into_iter()
            .filter(|method| item[method].is_object())
            .map(|method| operation(&root, &base, path, item, method));
        match groups.iter_mut().find(|group| group.id == anchor(of)) {
            Some(group) => group.operations.extend(operations),
            None => groups.push(Group {
                id: anchor(of),
                title: title(of),
                operations: operations.collect(),
            }),
        }
    }
    Some(Reference {
        description: text(&root["info"]["description"]),
        groups,
        problems: document.problems.to_vec(),
    })
}

/// The parts of a path that are no parameters.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter(|part| !part.is_empty() && !part.starts_with('{'))
}

/// Apart from the kinds of problems, whose anchors are bare words.
fn anchor(collection: &str) -> String {
    format!("routes-{}", slug(collection))
}

fn slug(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-").to_lowercase()
}

/// "Inbound users" of `inbound-users`.
fn title(collection: &str) -> String {
    if collection == "openapi.json" {
        return "This description".into();
    }
    let words = collection.replace('-', " ");
    for (word, written) in [("oauth", "OAuth"), ("api", "API")] {
        if let Some(rest) = words.strip_prefix(word).filter(|rest| rest.starts_with(' ')) {
            return format!("{written}{rest}");
        }
    }
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), letters.as_str())
    })
}

fn operation(root: &Value, base: &str, path: &str, item: &Value, method: &str) -> Operation {
    let described = &item[method];
    let parameters: Vec<Parameter> = [&item["parameters"], &described["parameters"]]
        .into_iter()
        .filter_map(Value::as_array)
        .flatten()
        .map(|parameter| self::parameter(resolved(root, parameter)))
        .collect();
    let body = described
        .get("requestBody")
        .map(|body| content(root, resolved(root, body)));
    let answers = described["responses"]
        .as_object()
        .map_or_else(Vec::new, |answers| {
            answers
                .iter()
                .map(|(status, answer)| (status.clone(), content(root, resolved(root, answer))))
                .collect()
        });
    let method = method.to_uppercase();
    let path = format!("{base}{path}");
    Operation {
        id: slug(&format!("{method} {path}")),
        summary: text(&described["summary"]),
        curl: curl(&method, &path, &parameters, body.as_ref()),
        method,
        path,
        parameters,
        body,
        answers,
    }
}

fn parameter(parameter: &Value) -> Parameter {
    let schema = schema_words(&parameter["schema"]);
    let description = text(&parameter["description"]);
    Parameter {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        required: parameter["required"].as_bool().unwrap_or_default(),
        description: if description.is_empty() {
            schema
        } else {
            description
        },
    }
}

/// What a `$ref` points to within the document.
fn resolved<'v>(root: &'v Value, value: &'v Value) -> &'v Value {
    value["$ref"]
        .as_str()
        .and_then(|reference| root.pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}

fn content(root: &Value, described: &Value) -> Content {
    let Some(media) = described["content"].as_object() else {
        return Content {
            description: text(&described["description"]),
            ..Content::default()
        };
    };
    let schema = media
        .values()
        .map(|media| resolved(root, &media["schema"]))
        .find(|schema| schema.is_object());
    let of_schema = schema.map_or_else(String::new, |schema| text(&schema["description"]));
    let own = text(&described["description"]);
    let description = match (own.as_str(), of_schema.as_str()) {
        // "Done." and "Refused." say no more than the status.
        ("Done." | "Refused." | "", words) => words.to_owned(),
        (own, "") => own.to_owned(),
        (own, words) => format!("{own} {words}"),
    };
    let fields = schema
        .and_then(|schema| schema["properties"].as_object())
        .map_or_else(Vec::new, |properties| {
            properties
                .iter()
                .map(|(name, property)| field(name, resolved(root, property)))
                .collect()
        });
    Content {
        media_types: media.keys().cloned().collect::<Vec<_>>().join(", "),
        description,
        fields,
    }
}

fn field(name: &str, property: &Value) -> Field {
    Field {
        name: name.to_owned(),
        kind: schema_words(property),
        description: text(&property["description"]),
    }
}

/// "string", "integer or null", "one of inbound, outbound".
fn schema_words(schema: &Value) -> String {
    if let Some(choices) = words(&schema["enum"]) {
        return format!("one of {}", choices.join(", "));
    }
    words(&schema["type"]).map_or_else(|| text(&schema["type"]), |kinds| kinds.join(" or "))
}

/// The texts of a list; `None` when it is none.
fn words(values: &Value) -> Option<Vec<&str>> {
    Some(values.as_array()?.iter().filter_map(Value::as_str).collect())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A command line with the values as variables of the shell.
fn curl(method: &str, path: &str, parameters: &[Parameter], body: Option<&Content>) -> String {
    let mut address = format!("$URL{path}");
    for parameter in parameters.iter().filter(|parameter| parameter.place == "path") {
        let variable = format!("${}", parameter.name.to_uppercase());
        address = address.replace(&format!("{{{}}}", parameter.name), &variable);
    }
    let mut lines = vec![
        match method {
            "GET" => format!("curl \"{address}\""),
            _ => format!("curl -X {method} \"{address}\""),
        },
        "-H \"Authorization: Bearer $TOKEN\"".to_owned(),
    ];
    if let Some(body) = body {
        lines.push("-H \"Content-Type: application/json\"".to_owned());
        lines.push(format!("-d '{}'", example(&body.fields)));
    }
    lines.join(" \\\n  ")
}

/// The first fields of a body, with room for their values.
fn example(fields: &[Field]) -> String {
    // Nearly every record has a name; it says most.
    let (named, others): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(|field| field.name == "name");
    let members: Vec<String> = named
        .into_iter()
        .chain(others)
        .take(EXAMPLE_FIELDS)
        .map(|field| {
            let value = match field.kind.as_str() {
                "integer" | "number" => "0",
                "boolean" => "true",
                _ => "\"…\"",
            };
            format!("\"{}\": {value}", field.name)
        })
        .collect();
    if members.is_empty() {
        "{}".into()
    } else {
        format!("{{{}}}", members.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiDocument, reference};

    const OPENAPI: &str = r##"{
        "info": { "description": "All of it." },
        "servers": [{ "url": "/api/v1" }],
        "paths": {
            "/integrations": { "get": { "summary": "All", "responses": { "200": { "description": "Done." } } } },
            "/messages/{id}": {
                "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
                "get": { "summary": "One", "responses": {} },
                "put": {
                    "summary": "Change",
                    "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Form" } } } },
                    "responses": {}
                }
            },
            "/integrations/{id}/messages": { "post": { "summary": "Make", "responses": {} } }
        },
        "components": { "schemas": { "Form": {
            "description": "A form.",
            "properties": { "name": { "type": "string" }, "state": { "enum": ["on", "off"] }, "age": { "type": ["integer", "null"] } }
        } } }
    }"##;

    #[test]
    fn groups_are_called_as_the_interface_calls_them() {
        for (collection, words) in [
            ("oauth-clients", "OAuth clients"),
            ("oauth-profiles", "OAuth profiles"),
            ("api-tokens", "API tokens"),
            ("inbound-users", "Inbound users"),
            ("apis", "Apis"),
        ] {
            assert_eq!(title(collection), words);
        }
    }

    #[test]
    fn routes_stand_with_the_record_they_are_about() {
        let document = ApiDocument {
            openapi: OPENAPI,
            problems: &[],
        };
        let reference = reference(&document).unwrap();
        let groups: Vec<(&str, usize)> = reference
            .groups
            .iter()
            .map(|group| (group.title.as_str(), group.operations.len()))
            .collect();
        assert_eq!(groups, [("Integrations", 1), ("Messages", 3)]);
        let change = reference.groups[1]
            .operations
            .iter()
            .find(|operation| operation.method == "PUT")
            .unwrap();
        assert_eq!(change.id, "put-api-v1-messages-id");
        assert_eq!(
            change.curl,
            "curl -X PUT \"$URL/api/v1/messages/$ID\" \\\n  -H \"Authorization: Bearer $TOKEN\" \\\n  \
             -H \"Content-Type: application/json\" \\\n  -d '{\"name\": \"…\", \"age\": \"…\", \"state\": \"…\"}'"
        );
        let body = change.body.clone().unwrap();
        assert_eq!(body.description, "A form.");
        let kinds: Vec<&str> = body.fields.iter().map(|field| field.kind.as_str()).collect();
        assert_eq!(kinds, ["integer or null", "string", "one of on, off"]);
    }
}
