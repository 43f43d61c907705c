//! Newtypes that can only hold checked text.

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// The name of a record: 1 to 100 characters, trimmed, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Longest name, in characters.
    pub const LIMIT: usize = 100;

    /// Checks a typed name.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        line(text, Self::LIMIT).and_then(|text| {
            if text.is_empty() {
                Err(Invalid::Required)
            } else {
                Ok(Self(text))
            }
        })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A slug: lower-case letters, digits, `_` and `-`, beginning with a letter, at most 60 characters.
/// It forms part of URLs (`/inbound/{api name}/message`) and never changes meaning by escaping.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// Longest slug, in characters.
    pub const LIMIT: usize = 60;

    /// Checks a typed slug.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        if text.len() > Self::LIMIT {
            return Err(Invalid::TooLong(Self::LIMIT));
        }
        let mut characters = text.chars();
        let starts = characters.next().is_some_and(|c| c.is_ascii_lowercase());
        if starts && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::Malformed(
                "Use lower-case letters, digits, - and _, beginning with a letter.".into(),
            ))
        }
    }

    /// A slug made from a name, to be offered as a default: `User Sync!` becomes `user-sync`.
    pub fn suggest(name: &str) -> String {
        let mut slug = String::new();
        for c in name.trim().to_lowercase().chars() {
            if c.is_ascii_alphanumeric() && (!slug.is_empty() || c.is_ascii_alphabetic()) {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(Self::LIMIT);
        slug.trim_end_matches('-').to_owned()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A key of a connection variable: `[A-Za-z_][A-Za-z0-9_]*`, at most 80 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VariableKey(String);

impl VariableKey {
    /// Longest key, in characters.
    pub const LIMIT: usize = 80;

    /// Checks a typed key.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        if text.len() > Self::LIMIT {
            return Err(Invalid::TooLong(Self::LIMIT));
        }
        let mut characters = text.chars();
        let starts = characters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if starts && characters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::Malformed(
                "Use letters, digits and _, not beginning with a digit.".into(),
            ))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One line of text: trimmed, without control characters, at most `limit` characters. May be empty.
pub fn line(text: &str, limit: usize) -> Result<String, Invalid> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(Invalid::Malformed(
            "Use one line without control characters.".into(),
        ));
    }
    if text.chars().count() > limit {
        return Err(Invalid::TooLong(limit));
    }
    Ok(text.to_owned())
}

/// Several lines of text, at most `limit` characters. May be empty.
pub fn paragraph(text: &str, limit: usize) -> Result<String, Invalid> {
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(Invalid::Malformed("Control characters cannot be stored.".into()));
    }
    if text.chars().count() > limit {
        return Err(Invalid::TooLong(limit));
    }
    Ok(text.replace("\r\n", "\n").trim_end().to_owned())
}

/// An optional whole number within `from..=to`; blank is `None`.
pub fn number(text: &str, from: i64, to: i64) -> Result<Option<i64>, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<i64>() {
        Ok(value) if (from..=to).contains(&value) => Ok(Some(value)),
        _ => Err(Invalid::OutOfRange(from, to)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(
            Name::parse("  Jira ").map(|n| n.as_str().to_owned()),
            Ok("Jira".into())
        );
        assert_eq!(Name::parse("   "), Err(Invalid::Required));
        assert_eq!(Name::parse(&"x".repeat(101)), Err(Invalid::TooLong(100)));
        assert!(Name::parse("a\u{0}b").is_err());
    }

    #[test]
    fn slugs_are_safe_in_urls() {
        assert!(Slug::parse("incident").is_ok());
        for bad in ["", "Incident", "1st", "a b", "a/b", "ä", "-a", "a%20"] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_optional_and_bounded() {
        assert_eq!(number("", 1, 9), Ok(None));
        assert_eq!(number(" 7 ", 1, 9), Ok(Some(7)));
        assert_eq!(number("10", 1, 9), Err(Invalid::OutOfRange(1, 9)));
        assert_eq!(number("x", 1, 9), Err(Invalid::OutOfRange(1, 9)));
    }

    proptest! {
        #[test]
        fn a_suggested_slug_is_empty_or_valid(name in ".{0,90}") {
            let slug = Slug::suggest(&name);
            prop_assert!(slug.is_empty() || Slug::parse(&slug).is_ok(), "{slug}");
        }

        #[test]
        fn parsing_never_panics(text in ".*") {
            let _ = (Name::parse(&text), Slug::parse(&text), VariableKey::parse(&text), paragraph(&text, 10));
        }
    }
}
