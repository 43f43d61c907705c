//! Extra parameters of token and authorization requests, such as `prompt=consent`.

use std::fmt;

/// What the protocol itself sends. An extra parameter of this name could replace the state, the PKCE challenge or the
/// client's proof, so none may have it.
pub(crate) const OWN: [&str; 20] = [
    "assertion",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "password",
    "redirect_uri",
    "refresh_token",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "username",
];

/// Most extra parameters, and the longest name and value in bytes.
const MOST: usize = 20;
const LONGEST_NAME: usize = 100;
const LONGEST_VALUE: usize = 2000;

/// Extra parameters in the order given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters(Vec<(String, String)>);

/// Why an extra parameter is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadParameter {
    NoName,
    /// Switchboard sends it itself.
    Own(String),
    Twice(String),
    TooLong(String),
    TooMany,
    Control(String),
}

impl fmt::Display for BadParameter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => formatter.write_str("Every parameter needs a name."),
            Self::Own(name) => write!(
                formatter,
                "Remove {name}: it comes from the other fields of the OAuth profile and cannot be given here."
            ),
            Self::Twice(name) => write!(formatter, "{name} is given twice. Remove one."),
            Self::TooLong(name) => write!(
                formatter,
                "{name} is too long: a name has at most 100 characters, a value 2000."
            ),
            Self::TooMany => formatter.write_str("At most 20 extra parameters are possible."),
            Self::Control(name) => write!(formatter, "{name} has control characters. Type it again."),
        }
    }
}

impl std::error::Error for BadParameter {}

impl Parameters {
    /// Checks extra parameters.
    pub fn parse(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, BadParameter> {
        let mut parameters: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs {
            let name = name.trim().to_owned();
            let shown = || crate::wording::plain(&name);
            if name.is_empty() {
                return Err(BadParameter::NoName);
            }
            if name.len() > LONGEST_NAME || value.len() > LONGEST_VALUE {
                return Err(BadParameter::TooLong(shown()));
            }
            if name.chars().chain(value.chars()).any(char::is_control) {
                return Err(BadParameter::Control(shown()));
            }
            if OWN.contains(&name.to_ascii_lowercase().as_str()) {
                return Err(BadParameter::Own(shown()));
            }
            if parameters.iter().any(|(known, _)| *known == name) {
                return Err(BadParameter::Twice(shown()));
            }
            if parameters.len() == MOST {
                return Err(BadParameter::TooMany);
            }
            parameters.push((name, value));
        }
        Ok(Self(parameters))
    }

    /// Each name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Parameters, BadParameter> {
        Parameters::parse(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn what_the_protocol_sends_cannot_be_replaced() {
        for own in OWN.iter().copied().chain(["State", " redirect_uri "]) {
            assert_eq!(parse(&[(own, "x")]), Err(BadParameter::Own(own.trim().into())));
        }
        assert_eq!(parse(&[("", "x")]), Err(BadParameter::NoName));
        assert_eq!(
            parse(&[("a", "1"), ("a", "2")]),
            Err(BadParameter::Twice("a".into()))
        );
        assert_eq!(parse(&[("a", "1\r\n")]), Err(BadParameter::Control("a".into())));
        assert_eq!(
            parse(&[("a", &"x".repeat(2001))]),
            Err(BadParameter::TooLong("a".into()))
        );
        let many: Vec<_> = (0..=MOST).map(|n| (n.to_string(), String::new())).collect();
        assert_eq!(Parameters::parse(many), Err(BadParameter::TooMany));
        let good = parse(&[("prompt", "consent"), ("access_type", "offline")]).unwrap();
        assert_eq!(good.iter().count(), 2);
    }
}
