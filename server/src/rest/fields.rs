//! The body of a change: a JSON object with the fields of the record's form.
//!
//! Forms hold text as typed, so numbers and true/false are taken as well and turned into what a form would send.
//! A field that does not exist is an error, not a surprise later.

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use model::{FieldErrors, Invalid};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{body, problem::Refused};

/// Largest description of a record, in bytes.
const LIMIT: usize = 256 * 1024;

/// The fields of form `T`. An empty body is an empty object.
pub struct Fields<T>(pub T);

impl<T, S> FromRequest<S> for Fields<T>
where
    T: Serialize + DeserializeOwned + Default,
    S: Send + Sync,
{
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        let (parts, content) = request.into_parts();
        let typed = is_json(&parts.headers);
        let bytes = body::read(&parts.headers, content, LIMIT).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        if !typed {
            return Err(Refused::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send Content-Type: application/json.",
            ));
        }
        let value: Value = serde_json::from_slice(&bytes)
            .map_err(|error| Refused::malformed(format!("The body is no JSON: {error}.")))?;
        let Value::Object(given) = value else {
            return Err(Refused::malformed(
                "The body must be a JSON object with the record's fields.",
            ));
        };
        parse(given).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(kind), None) = (kinds.next(), kinds.next()) else {
        return false;
    };
    let essence = kind
        .to_str()
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json"
}

fn parse<T: Serialize + DeserializeOwned + Default>(given: Map<String, Value>) -> Result<T, Refused> {
    let internal = |error: serde_json::Error| Refused::internal(&error.to_string());
    let Value::Object(mut form) = serde_json::to_value(T::default()).map_err(internal)? else {
        return Err(Refused::internal("a form is no JSON object"));
    };
    let mut errors = FieldErrors::default();
    for (name, value) in given {
        match form.get(&name) {
            None => errors.add(
                &shortened(&name),
                Invalid::Refused("There is no such field.".into()),
            ),
            Some(default) => match as_typed(default, value) {
                Ok(value) => {
                    form.insert(name, value);
                }
                Err(invalid) => errors.add(&name, invalid),
            },
        }
    }
    errors.into_result().map_err(Refused::invalid)?;
    serde_json::from_value(Value::Object(form)).map_err(internal)
}

/// Names are told back, but not a megabyte of them.
fn shortened(name: &str) -> String {
    name.chars().take(60).collect()
}

/// `value` as a form would hold it: whole numbers stay numbers where the form has one, everything else is text.
fn as_typed(default: &Value, value: Value) -> Result<Value, Invalid> {
    if default.is_number() {
        let number = value
            .as_i64()
            .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        return number
            .map(Value::from)
            .ok_or_else(|| Invalid::Malformed("Use a whole number.".into()));
    }
    match value {
        Value::String(text) => Ok(Value::String(text)),
        Value::Null => Ok(Value::String(String::new())),
        Value::Bool(on) => Ok(Value::String(if on { "on".into() } else { String::new() })),
        Value::Number(number) => Ok(Value::String(number.to_string())),
        Value::Array(_) | Value::Object(_) => Err(Invalid::Malformed("Use text.".into())),
    }
}

#[cfg(test)]
mod tests {
    use model::forms::{InboundUserForm, ProcessForm};
    use serde_json::{Value, json};

    use super::parse;

    fn object(value: Value) -> serde_json::Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn scalars_become_what_a_form_would_send() {
        let form: InboundUserForm = parse(object(
            json!({ "name": "Jira", "active": true, "version": 3, "description": null }),
        ))
        .unwrap();
        assert_eq!(
            (form.name.as_str(), form.active.as_str(), form.version),
            ("Jira", "on", 3)
        );
        let form: InboundUserForm = parse(object(json!({ "active": false, "name": 7 }))).unwrap();
        assert_eq!((form.name.as_str(), form.active.as_str()), ("7", ""));
    }

    #[test]
    fn unknown_and_nested_fields_are_named() {
        let refused = parse::<ProcessForm>(object(json!({ "nmae": "x", "name": ["x"], "version": "x" })))
            .err()
            .unwrap();
        let text = format!("{refused:?}");
        assert!(
            text.contains("nmae") && text.contains("Use text") && text.contains("whole number"),
            "{text}"
        );
    }
}
