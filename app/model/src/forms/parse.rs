//! Reading single values of forms.

use crate::{Invalid, connection::Header, target_url};

/// Whether a tick box was ticked.
pub fn ticked(value: &str) -> bool {
    matches!(value, "on" | "true" | "1")
}

/// What a tick box sends: the reverse of [`ticked`].
pub fn mark(ticked: bool) -> String {
    if ticked { "on".to_owned() } else { String::new() }
}

/// A reference to a record, chosen from a list.
pub fn reference<T: std::str::FromStr>(text: &str) -> Result<T, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        Err(Invalid::Required)
    } else {
        text.parse().map_err(|_| Invalid::NoSuchRecord)
    }
}

/// A choice of a list, or its default when blank.
pub fn choice_or<T>(word: &str, default: T, parse: impl Fn(&str) -> Option<T>) -> Result<T, Invalid> {
    if word.is_empty() {
        Ok(default)
    } else {
        parse(word).ok_or(Invalid::NotAChoice)
    }
}

/// Header lines `Name: value`. Names are tokens (RFC 9110 5.1); values hold visible characters and blanks. Headers that
/// belong to the connection itself (Host, Content-Length, Connection, Transfer-Encoding…) are refused.
pub fn headers(text: &str) -> Result<Vec<Header>, Invalid> {
    const OURS: [&str; 8] = [
        "host",
        "content-length",
        "connection",
        "transfer-encoding",
        "te",
        "upgrade",
        "trailer",
        "proxy-authorization",
    ];
    let mut headers = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| Invalid::Malformed(format!("Write “{line}” as Name: value.")))?;
        let (name, value) = (name.trim(), value.trim());
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(token) {
            return Err(Invalid::Malformed(format!(
                "“{name}” is no header name: use letters, digits and -."
            )));
        }
        if OURS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(Invalid::Refused(format!(
                "{name} is set by Switchboard. Remove it."
            )));
        }
        if value.chars().any(char::is_control) || value.len() > 4000 {
            return Err(Invalid::Malformed(format!(
                "The value of {name} must be one line of at most 4000 characters."
            )));
        }
        target_url::placeholders(value)?;
        headers.push(Header {
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }
    if headers.len() > 50 {
        return Err(Invalid::Refused("Use at most 50 headers.".into()));
    }
    Ok(headers)
}

/// Header lines of stored headers: the reverse of [`headers`].
pub fn header_lines(headers: &[Header]) -> String {
    headers.iter().fold(String::new(), |lines, header| {
        lines + &header.name + ": " + &header.value + "\n"
    })
}

pub(crate) fn required(text: String) -> Result<String, Invalid> {
    if text.is_empty() {
        Err(Invalid::Required)
    } else {
        Ok(text)
    }
}

/// A reference that may be blank.
pub(crate) fn optional<T: std::str::FromStr>(text: &str) -> Result<Option<T>, Invalid> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        reference(text).map(Some)
    }
}

/// What `parse` makes of a text that may be blank.
pub(crate) fn blank_or(
    text: &str,
    parse: impl FnOnce(&str) -> Result<String, Invalid>,
) -> Result<String, Invalid> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        parse(text)
    }
}

/// A secret of one line, exactly as it was typed.
pub(crate) fn secret_line(text: &str, limit: usize) -> Result<String, Invalid> {
    if text.chars().any(char::is_control) {
        return Err(Invalid::Malformed(
            "Use one line without control characters.".into(),
        ));
    }
    secret_lines(text, limit)
}

/// A secret of several lines, exactly as it was typed.
pub(crate) fn secret_lines(text: &str, limit: usize) -> Result<String, Invalid> {
    if text.chars().count() > limit {
        return Err(Invalid::TooLong(limit));
    }
    Ok(text.to_owned())
}

pub(crate) fn url(text: &str) -> Result<String, Invalid> {
    target_url::EndpointUrl::parse(text).map(|url| url.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tick_boxes_round_trip() {
        assert!(ticked(&mark(true)) && !ticked(&mark(false)));
    }

    #[test]
    fn secrets_are_counted_in_characters() {
        assert_eq!(secret_line("schlüssel ", 10), Ok("schlüssel ".into()));
        assert_eq!(secret_line("schlüssel", 8), Err(Invalid::TooLong(8)));
        assert!(secret_line("a\nb", 8).is_err() && secret_lines("a\nb", 8).is_ok());
    }

    #[test]
    fn header_lines_round_trip() {
        let parsed = headers("X-One: 1\n\nAccept:  application/json ").unwrap();
        assert_eq!(header_lines(&parsed), "X-One: 1\nAccept: application/json\n");
        for bad in [
            "novalue",
            ": x",
            "a b: c",
            "Host: evil",
            "content-length: 3",
            "X: ${",
        ] {
            assert!(headers(bad).is_err(), "{bad}");
        }
    }
}
