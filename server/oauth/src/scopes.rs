//! Scopes (RFC 6749 3.3).

use std::fmt;

/// Scopes asked for, each of the characters a scope may have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(Vec<String>);

/// A scope with a character that no scope has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadScope(pub String);

impl fmt::Display for BadScope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "The scope {} has a character that scopes cannot have. Separate scopes by blanks; quotes, backslashes and \
             letters with accents are not allowed.",
            crate::wording::plain(&self.0)
        )
    }
}

impl std::error::Error for BadScope {}

/// Scopes that ask for a kind of token or for an identity: providers leave them out of the answer's list.
const NOT_LISTED_IN_ANSWERS: [&str; 4] = ["offline_access", "openid", "profile", "email"];

impl Scopes {
    /// Reads blank-separated scopes; each is kept once.
    pub fn parse(text: &str) -> Result<Self, BadScope> {
        let mut scopes: Vec<String> = Vec::new();
        for scope in text.split_whitespace() {
            if !scope
                .bytes()
                .all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
            {
                return Err(BadScope(scope.to_owned()));
            }
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.to_owned());
            }
        }
        Ok(Self(scopes))
    }

    /// Each scope, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The scopes asked for that `granted`, the answer's list, does not have: the token may do less than the
    /// connection needs. No list means all were granted (RFC 6749 5.1).
    pub fn missing_from(&self, granted: Option<&str>) -> Vec<String> {
        let Some(granted) = granted else {
            return Vec::new();
        };
        // Some providers separate by commas.
        let granted: Vec<&str> = granted.split([' ', ',']).collect();
        self.iter()
            .filter(|scope| !NOT_LISTED_IN_ANSWERS.contains(scope))
            // Microsoft shortens https://graph.microsoft.com/User.Read to User.Read.
            .filter(|scope| {
                !granted
                    .iter()
                    .any(|have| have.eq_ignore_ascii_case(last_part(scope)) || have == scope)
            })
            .filter(|scope| last_part(scope) != ".default")
            .map(str::to_owned)
            .collect()
    }
}

fn last_part(scope: &str) -> &str {
    if scope.starts_with("https://") || scope.starts_with("api://") {
        scope.rsplit('/').next().unwrap_or(scope)
    } else {
        scope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_once_and_without_foreign_characters() {
        let scopes = Scopes::parse("  read:jira-work\twrite read:jira-work ").unwrap();
        assert_eq!(scopes.iter().collect::<Vec<_>>(), ["read:jira-work", "write"]);
        for bad in ["a\"b", "a\\b", "lesen-ä", "a\u{7f}"] {
            assert_eq!(Scopes::parse(bad), Err(BadScope(bad.into())));
        }
    }

    #[test]
    fn shrunken_scopes_are_noticed() {
        let asked = Scopes::parse("read write offline_access https://graph.microsoft.com/User.Read").unwrap();
        assert_eq!(asked.missing_from(None), Vec::<String>::new());
        assert_eq!(
            asked.missing_from(Some("read,user.read,write")),
            Vec::<String>::new()
        );
        assert_eq!(
            asked.missing_from(Some("read")),
            ["write", "https://graph.microsoft.com/User.Read"]
        );
        let default = Scopes::parse("https://graph.microsoft.com/.default").unwrap();
        assert!(default.missing_from(Some("User.Read")).is_empty());
    }
}
