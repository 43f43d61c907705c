//! The REST API as the page shows it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The whole of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// What holds for every route.
    pub description: String,
    pub groups: Vec<Group>,
    pub problems: Vec<ProblemKind>,
}

/// The routes of one kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Anchor on the page.
    pub id: String,
    pub title: String,
    pub operations: Vec<Operation>,
}

/// One method of one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Anchor on the page.
    pub id: String,
    pub method: String,
    /// With the path of the API before it.
    pub path: String,
    pub summary: String,
    pub parameters: Vec<Parameter>,
    pub body: Option<Content>,
    /// Status ("default" for every other) and what comes with it.
    pub answers: Vec<(String, Content)>,
    /// A command that calls it.
    pub curl: String,
}

/// A value in the path, the query or a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    /// "path", "query" or "header".
    pub place: String,
    pub required: bool,
    pub description: String,
}

/// What a body holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Content {
    /// Media types, blank without a body.
    pub media_types: String,
    pub description: String,
    pub fields: Vec<Field>,
}

/// A field of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub kind: String,
    pub description: String,
}

/// A kind of refusal: the fragment of a problem's `type` (RFC 9457). It never changes meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemKind {
    /// The fragment, which is the anchor on the page.
    pub name: Cow<'static, str>,
    /// HTTP status it comes with.
    pub status: u16,
    pub title: Cow<'static, str>,
    /// What happened, and what to do.
    pub meaning: Cow<'static, str>,
}
