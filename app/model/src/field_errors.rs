//! What is wrong with which field of a form. Errors are kinds; their texts are made here and nowhere else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One thing that is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "detail")]
pub enum Invalid {
    /// Nothing was given.
    Required,
    /// Longer than the limit, in characters.
    TooLong(usize),
    /// Shorter than the limit, in characters.
    TooShort(usize),
    /// Not one of the choices.
    NotAChoice,
    /// The same value exists already, where it must be unique. Says within what.
    Taken(String),
    /// The record referred to does not exist.
    NoSuchRecord,
    /// Outside the range `from..=to`.
    OutOfRange(i64, i64),
    /// Written in a wrong way; says how it should be.
    Malformed(String),
    /// A secret must be typed again because it would go somewhere else; says why.
    SecretNeeded(String),
    /// Not right, for a reason that the text explains.
    Refused(String),
}

impl Invalid {
    /// What to tell the person, as a sentence that says what to do.
    pub fn text(&self) -> String {
        match self {
            Self::Required => "Fill this in.".into(),
            Self::TooLong(limit) => format!("Use at most {limit} characters."),
            Self::TooShort(limit) => format!("Use at least {limit} characters."),
            Self::NotAChoice => "Choose one of the values of the list.".into(),
            Self::Taken(within) => format!("This is taken {within}. Choose another."),
            Self::NoSuchRecord => "This record does not exist any more. Choose another.".into(),
            Self::OutOfRange(from, to) => format!("Use a whole number from {from} to {to}."),
            Self::Malformed(how) | Self::SecretNeeded(how) | Self::Refused(how) => how.clone(),
        }
    }
}

/// Field name → what is wrong with it. Field names are those of the form, in `snake_case`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(pub BTreeMap<String, Invalid>);

impl FieldErrors {
    /// A set with one error.
    pub fn one(field: &str, invalid: Invalid) -> Self {
        let mut errors = Self::default();
        errors.add(field, invalid);
        errors
    }

    /// Adds an error; the first one of a field stays.
    pub fn add(&mut self, field: &str, invalid: Invalid) {
        self.0.entry(field.to_owned()).or_insert(invalid);
    }

    /// Keeps the value of a check or notes its error.
    pub fn keep<T>(&mut self, field: &str, result: Result<T, Invalid>) -> Option<T> {
        result.map_err(|invalid| self.add(field, invalid)).ok()
    }

    /// What is wrong with `field`.
    pub fn get(&self, field: &str) -> Option<&Invalid> {
        self.0.get(field)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok(())` when nothing is wrong.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}
