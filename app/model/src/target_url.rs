//! Endpoint URLs and the paths joined to them.
//!
//! WASM-safe and small: a strict subset of the URL grammar is checked here, and `engine` parses the result again with
//! the `url` crate before anything is sent.

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// Longest Endpoint URL, in characters.
pub const LIMIT: usize = 2000;

/// A checked Endpoint URL: http or https, a host, no user info, no fragment; `${variable}` only in the path or query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointUrl {
    text: String,
    scheme_end: usize,
    authority_end: usize,
}

fn malformed(text: &str) -> Invalid {
    Invalid::Malformed(text.into())
}

impl EndpointUrl {
    /// Checks a typed URL.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        if text.chars().count() > LIMIT {
            return Err(Invalid::TooLong(LIMIT));
        }
        if text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '"' | '<' | '>' | '`'))
        {
            return Err(malformed(
                "Remove blanks, quotes, backslashes and control characters.",
            ));
        }
        let lower = text.to_ascii_lowercase();
        let scheme_end = if lower.starts_with("https://") {
            8
        } else if lower.starts_with("http://") {
            7
        } else {
            return Err(malformed("Begin with https:// or http://."));
        };
        let rest = &text[scheme_end..];
        let authority_end = scheme_end + rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let authority = &text[scheme_end..authority_end];
        check_authority(authority)?;
        if text.contains('#') {
            return Err(malformed("Remove the part after #: it is never sent."));
        }
        check_placeholders(&text[authority_end..])?;
        if has_dot_segment(&text[authority_end..]) {
            return Err(malformed("Remove . and .. from the path."));
        }
        Ok(Self {
            text: text.to_owned(),
            scheme_end,
            authority_end,
        })
    }

    /// The text as typed, trimmed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port in canonical form: what secrets are bound to. `https://jira.example:8443`.
    pub fn origin(&self) -> String {
        let scheme = self.text[..self.scheme_end].to_ascii_lowercase();
        let authority = self.text[self.scheme_end..self.authority_end].to_ascii_lowercase();
        let default = if scheme == "https://" { ":443" } else { ":80" };
        format!(
            "{scheme}{}",
            authority.strip_suffix(default).unwrap_or(&authority)
        )
    }

    /// Host without the port.
    pub fn host(&self) -> &str {
        let authority = &self.text[self.scheme_end..self.authority_end];
        match authority.rfind(':') {
            Some(colon) if !authority[colon..].contains(']') => &authority[..colon],
            _ => authority,
        }
    }

    /// The URL of a message: this URL with `path` appended by segments, one slash between, queries kept.
    /// Variables must have been filled in before, in both.
    pub fn join(&self, path: &str) -> Result<String, Invalid> {
        let path = path.trim();
        check_path(path)?;
        let (base, base_query) = split_query(&self.text);
        let (path, query) = split_query(path);
        let mut joined = base.trim_end_matches('/').to_owned();
        let path = path.trim_start_matches('/');
        if path.is_empty() {
            base.clone_into(&mut joined);
        } else {
            joined.push('/');
            joined.push_str(path);
        }
        let queries: Vec<&str> = [base_query, query]
            .into_iter()
            .flatten()
            .filter(|q| !q.is_empty())
            .collect();
        if !queries.is_empty() {
            joined.push('?');
            joined.push_str(&queries.join("&"));
        }
        Ok(joined)
    }
}

fn split_query(text: &str) -> (&str, Option<&str>) {
    text.split_once('?')
        .map_or((text, None), |(path, query)| (path, Some(query)))
}

fn check_authority(authority: &str) -> Result<(), Invalid> {
    if authority.is_empty() {
        return Err(malformed("Name the host after //."));
    }
    if authority.contains('@') {
        return Err(malformed(
            "Remove the user and password: they belong into User and Password.",
        ));
    }
    if authority.contains("${") || authority.contains(['{', '}', '$']) {
        return Err(malformed("Variables are allowed in the path, never in the host."));
    }
    let (host, port) = match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => {
            (&authority[..colon], Some(&authority[colon + 1..]))
        }
        _ => (authority, None),
    };
    if host.is_empty() {
        return Err(malformed("Name the host after //."));
    }
    if port.is_some_and(|port| {
        port.is_empty()
            || !port.bytes().all(|b| b.is_ascii_digit())
            || !(1..=65_535).contains(&port.parse::<u32>().unwrap_or(0))
    }) {
        return Err(malformed("The port is a number from 1 to 65535."));
    }
    let bracketed = host.starts_with('[') && host.ends_with(']');
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let ipv6 = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '[' | ']');
    if (bracketed && host.chars().all(ipv6)) || (!bracketed && host.chars().all(plain)) {
        Ok(())
    } else {
        Err(malformed("The host contains characters that no host has."))
    }
}

/// Checks that every `${` is closed around a variable key.
fn check_placeholders(text: &str) -> Result<(), Invalid> {
    placeholders(text).map(|_| ())
}

/// The keys of the `${variable}`s in `text`, in order.
pub fn placeholders(text: &str) -> Result<Vec<&str>, Invalid> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let after = &rest[start + 2..];
        let end = after.find('}').ok_or_else(|| malformed("Close ${ with }."))?;
        let key = &after[..end];
        crate::names::VariableKey::parse(key).map_err(|_| {
            malformed("Between ${ and } stands the key of a variable: letters, digits and _.")
        })?;
        keys.push(key);
        rest = &after[end + 1..];
    }
    Ok(keys)
}

/// `text` with its `${variable}`s replaced; an unknown key is an error that names it.
pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, Invalid> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        filled.push_str(&rest[..start]);
        let after = &rest[start + 2..];
        let end = after.find('}').ok_or_else(|| malformed("Close ${ with }."))?;
        let key = &after[..end];
        filled.push_str(&value(key).ok_or_else(|| {
            Invalid::Refused(format!(
                "The connection has no variable {key}. Add it, or remove ${{{key}}}."
            ))
        })?);
        rest = &after[end + 1..];
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Checks a message's path: no scheme, no host, no `//`, no `.`/`..` segment in any spelling, no backslash.
pub fn check_path(path: &str) -> Result<(), Invalid> {
    let path = path.trim();
    if path.chars().count() > LIMIT {
        return Err(Invalid::TooLong(LIMIT));
    }
    if path
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '#'))
    {
        return Err(malformed(
            "Remove blanks, backslashes, # and control characters from the path.",
        ));
    }
    check_placeholders(path)?;
    let (only_path, _) = split_query(path);
    if only_path.contains("//") {
        return Err(malformed("Remove // from the path."));
    }
    let before_slash = only_path.split('/').next().unwrap_or_default();
    if before_slash.contains(':') {
        return Err(malformed(
            "Give only the path: scheme and host come from the Endpoint URL.",
        ));
    }
    if has_dot_segment(only_path) {
        return Err(malformed("Remove . and .. from the path."));
    }
    Ok(())
}

/// Whether a segment is `.` or `..`, also percent-encoded (`%2e`), which URL parsers treat alike (WHATWG URL 4.1).
fn has_dot_segment(path: &str) -> bool {
    let (path, _) = split_query(path);
    path.split('/').any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        let encoded_slash = plain.contains("%2f") || plain.contains("%5c");
        plain == "." || plain == ".." || (encoded_slash && plain.contains(".."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(text: &str) -> EndpointUrl {
        EndpointUrl::parse(text).unwrap()
    }

    #[test]
    fn paths_are_joined_by_segments() {
        for (base, path, joined) in [
            ("https://a.example", "", "https://a.example"),
            ("https://a.example/", "", "https://a.example/"),
            ("https://a.example/rest", "issue", "https://a.example/rest/issue"),
            (
                "https://a.example/rest/",
                "/issue",
                "https://a.example/rest/issue",
            ),
            (
                "https://a.example/rest?v=1",
                "/issue?x=2",
                "https://a.example/rest/issue?v=1&x=2",
            ),
            ("https://a.example/rest", "?x=2", "https://a.example/rest?x=2"),
        ] {
            assert_eq!(url(base).join(path).as_deref(), Ok(joined), "{base} {path}");
        }
    }

    #[test]
    fn a_path_cannot_leave_its_endpoint() {
        for bad in [
            "//evil.example",
            "http://evil.example",
            "a/../b",
            "..",
            "%2e%2e/x",
            "a//b",
            "a\\b",
            "/.%2E/x",
            "x/..%2f..",
            "a#b",
            "a b",
        ] {
            assert!(url("https://a.example/rest").join(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn endpoint_urls_are_plain() {
        for bad in [
            "",
            "a.example",
            "ftp://a",
            "https://",
            "https://u:p@a.example",
            "https://${host}/",
            "https://a.example:0",
            "https://a.example:99999",
            "https://a b",
            "https://a.example/#x",
            "https://a.example/${x",
            "https://a/../b",
            "https://a\\b",
            "https://:80",
            "https:///x",
            "javascript:alert(1)",
            "https://a.example:8a",
        ] {
            assert!(EndpointUrl::parse(bad).is_err(), "{bad}");
        }
        for good in [
            "https://a.example",
            "http://127.0.0.1:3000/practice/echo",
            "http://[::1]:80/x",
            "https://a/${site}/x?y=${z}",
        ] {
            assert!(EndpointUrl::parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn origins_are_canonical() {
        assert_eq!(url("HTTPS://Jira.Example:443/x").origin(), "https://jira.example");
        assert_eq!(url("http://a:8080?x").origin(), "http://a:8080");
        assert_eq!(url("http://[::1]:81/x").host(), "[::1]");
    }

    #[test]
    fn unknown_variables_are_named() {
        let filled = fill("a/${one}/b", |key| (key == "one").then(|| "1".into()));
        assert_eq!(filled.as_deref(), Ok("a/1/b"));
        assert!(fill("${two}", |_| None).unwrap_err().text().contains("two"));
    }

    proptest! {
        #[test]
        fn a_joined_url_keeps_its_origin(path in "\\PC{0,40}") {
            let base = url("https://a.example/rest");
            if let Ok(joined) = base.join(&path) {
                prop_assert!(joined.starts_with("https://a.example/rest"), "{joined}");
            }
        }
    }
}
