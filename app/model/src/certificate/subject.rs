//! The subject of a certificate, exact: what a client certificate is recognised by.
//!
//! Text that is only shown joins the parts of a name with commas, so that a common name `jira, O=Example` looks like two
//! parts. Here a name is its parts; a comma inside one is escaped when it is written (RFC 4514 2.4).

use std::fmt;

use crate::Invalid;

/// Kinds of parts: dotted object identifier, and the names they are written with; the first is ours.
const KINDS: &[(&str, &[&str])] = &[
    ("2.5.4.3", &["CN", "commonName"]),
    ("2.5.4.4", &["SN", "surname"]),
    ("2.5.4.5", &["serialNumber"]),
    ("2.5.4.6", &["C", "countryName"]),
    ("2.5.4.7", &["L", "localityName"]),
    ("2.5.4.8", &["ST", "S", "stateOrProvinceName"]),
    ("2.5.4.9", &["STREET", "streetAddress"]),
    ("2.5.4.10", &["O", "organizationName"]),
    ("2.5.4.11", &["OU", "organizationalUnitName"]),
    ("2.5.4.12", &["title"]),
    ("2.5.4.13", &["description"]),
    ("2.5.4.15", &["businessCategory"]),
    ("2.5.4.17", &["postalCode"]),
    ("2.5.4.41", &["name"]),
    ("2.5.4.42", &["GN", "givenName"]),
    ("2.5.4.43", &["initials"]),
    ("2.5.4.44", &["generationQualifier"]),
    ("2.5.4.46", &["dnQualifier"]),
    ("2.5.4.65", &["pseudonym"]),
    ("2.5.4.97", &["organizationIdentifier"]),
    ("0.9.2342.19200300.100.1.1", &["UID", "userId"]),
    ("0.9.2342.19200300.100.1.25", &["DC", "domainComponent"]),
    ("1.2.840.113549.1.9.1", &["emailAddress", "email", "E"]),
    ("1.2.840.113549.1.9.2", &["unstructuredName"]),
    ("1.3.6.1.4.1.311.60.2.1.1", &["jurisdictionL"]),
    ("1.3.6.1.4.1.311.60.2.1.2", &["jurisdictionST"]),
    ("1.3.6.1.4.1.311.60.2.1.3", &["jurisdictionC"]),
];

/// One part of a name: `CN=jira`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Dotted object identifier: `2.5.4.3`.
    pub kind: String,
    pub value: String,
}

/// A whole name. What stands in one place belongs together (`CN=jira+UID=7`), in no order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject(Vec<Vec<Part>>);

impl Subject {
    /// A name of these parts, in the order of the certificate; `None` for a name without parts, which names nobody.
    pub fn new(mut places: Vec<Vec<Part>>) -> Option<Self> {
        for parts in &mut places {
            parts.sort();
        }
        (!places.is_empty() && places.iter().all(|parts| !parts.is_empty())).then_some(Self(places))
    }

    /// Reads a name as people write and tools print it: `CN=jira, O=Example`, `subject=C = DE, O = "Example, Inc."`,
    /// `/C=DE/CN=jira`, with the escapes of RFC 4514. A comma that begins no new part belongs to the part before it.
    ///
    /// # Errors
    /// How it should be written.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let text = ["subject=", "subject:"]
            .iter()
            .find_map(|label| {
                text.get(..label.len())
                    .filter(|start| start.eq_ignore_ascii_case(label))
            })
            .map_or(text, |label| text[label.len()..].trim_start());
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        let (text, separators): (_, &[char]) = match text.strip_prefix('/') {
            Some(rest) => (rest, &['/']),
            None => (text, &[',', ';', '+']),
        };
        let mut places: Vec<Vec<Part>> = Vec::new();
        let mut rest = Some((text, false));
        while let Some((text, same_place)) = rest {
            let (kind, value) = kind_of(text).ok_or_else(|| malformed(text))?;
            let (value, next) = value_of(value, separators)?;
            let part = Part { kind, value };
            match places.last_mut() {
                Some(parts) if same_place => parts.push(part),
                _ => places.push(vec![part]),
            }
            rest = next;
        }
        Self::new(places).ok_or(Invalid::Required)
    }

    /// Whether both are the same name. Some tools print the parts in the order of the certificate, others (RFC 4514)
    /// the other way round; nothing else may differ.
    pub fn is(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && (self.0.iter().eq(other.0.iter()) || self.0.iter().rev().eq(other.0.iter()))
    }
}

/// The name with the escapes of RFC 4514 2.4, in the order of the certificate.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, parts) in self.0.iter().enumerate() {
            for (index, part) in parts.iter().enumerate() {
                let before = match (place, index) {
                    (0, 0) => "",
                    (_, 0) => ", ",
                    _ => "+",
                };
                let known = KINDS.iter().find(|(oid, _)| *oid == part.kind);
                let kind = known.and_then(|(_, names)| names.first().copied());
                write!(f, "{before}{}=", kind.unwrap_or(&part.kind))?;
                escaped(f, &part.value)?;
            }
        }
        Ok(())
    }
}

fn escaped(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    let last = value.chars().count().saturating_sub(1);
    for (index, c) in value.chars().enumerate() {
        match c {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' => write!(f, "\\{c}")?,
            '#' if index == 0 => f.write_str("\\#")?,
            // As a number, because blanks at the ends of a line are easily lost.
            ' ' if index == 0 || index == last => f.write_str("\\20")?,
            c if c.is_control() => {
                for byte in c.to_string().bytes() {
                    write!(f, "\\{byte:02X}")?;
                }
            }
            c => write!(f, "{c}")?,
        }
    }
    Ok(())
}

fn malformed(text: &str) -> Invalid {
    let start: String = text.trim().chars().take(30).collect();
    Invalid::Malformed(format!(
        "Write the subject as CN=name, O=organisation. “{start}” begins with no kind of part that is known; another kind is written as its number, as in 2.5.4.3=name."
    ))
}

/// `CN = ` at the beginning of a text: the kind, and what follows.
fn kind_of(text: &str) -> Option<(String, &str)> {
    let (name, rest) = text.split_once('=')?;
    let name = name.trim();
    if let Some((oid, _)) = KINDS
        .iter()
        .find(|(_, names)| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    {
        return Some(((*oid).to_owned(), rest));
    }
    let number = match name.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("oid.") => &name[4..],
        _ => name,
    };
    let dotted = number.contains('.')
        && number
            .split('.')
            .all(|arc| !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit()));
    dotted.then(|| (number.to_owned(), rest))
}

/// What follows a value: the next part, and whether it stands in the same place.
type Next<'t> = Option<(&'t str, bool)>;

/// A value up to the separator that begins the next part.
fn value_of<'t>(text: &'t str, separators: &[char]) -> Result<(String, Next<'t>), Invalid> {
    let text = text.trim_start();
    let mut bytes: Vec<u8> = Vec::new();
    // Blanks at the end count only when they were quoted or escaped.
    let mut kept = 0;
    let mut quoted = false;
    let mut next = None;
    let mut characters = text.char_indices();
    let mut buffer = [0; 4];
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => {
                let rest = &text[at + 1..];
                let digits = rest
                    .get(..2)
                    .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
                match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    Some(byte) => {
                        bytes.push(byte);
                        characters.nth(1);
                    }
                    None => match characters.next() {
                        Some((_, escaped)) => bytes.extend(escaped.encode_utf8(&mut buffer).bytes()),
                        None => return Err(Invalid::Malformed("The subject ends in a backslash.".into())),
                    },
                }
                kept = bytes.len();
            }
            '"' if quoted || bytes.is_empty() => {
                quoted = !quoted;
                kept = bytes.len();
            }
            c if !quoted && separators.contains(&c) && kind_of(&text[at + 1..]).is_some() => {
                next = Some((&text[at + 1..], c == '+'));
                break;
            }
            c => {
                bytes.extend(c.encode_utf8(&mut buffer).bytes());
                if quoted || !c.is_whitespace() {
                    kept = bytes.len();
                }
            }
        }
    }
    bytes.truncate(kept);
    let unreadable = || Invalid::Malformed("The subject holds escapes that are no text.".into());
    let value = String::from_utf8(bytes).map_err(|_| unreadable())?;
    if quoted {
        return Err(Invalid::Malformed("A quote in the subject is not closed.".into()));
    }
    Ok((value, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(parts: &[(&str, &str)]) -> Subject {
        let part = |(kind, value): &(&str, &str)| {
            vec![Part {
                kind: (*kind).into(),
                value: (*value).into(),
            }]
        };
        Subject::new(parts.iter().map(part).collect()).unwrap()
    }

    #[test]
    fn names_are_read_as_people_and_tools_write_them() {
        let name = subject(&[
            ("2.5.4.6", "DE"),
            ("2.5.4.10", "Example, Inc."),
            ("2.5.4.3", "jira"),
        ]);
        for text in [
            "C=DE, O=Example\\, Inc., CN=jira",
            "c=DE,O=Example\\2C Inc.,cn=jira",
            "C=DE, O=Example, Inc., CN=jira",
            "subject=C = DE, O = \"Example, Inc.\", CN = jira",
            "Subject: C=DE; O=\"Example, Inc.\"; CN=jira ",
            "CN=jira,O=Example\\, Inc.,C=DE",
            "/C=DE/O=Example, Inc./CN=jira",
            "2.5.4.6=DE, OID.2.5.4.10=Example\\, Inc., commonName=jira",
        ] {
            let read = Subject::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            assert!(name.is(&read) && read.is(&name), "{text}: {read:?}");
        }
    }

    #[test]
    fn a_part_that_looks_like_two_is_one() {
        let sly = subject(&[("2.5.4.3", "jira, O=Example")]);
        let plain = subject(&[("2.5.4.3", "jira"), ("2.5.4.10", "Example")]);
        assert_eq!(sly.to_string(), "CN=jira\\, O\\=Example");
        let typed = Subject::parse("CN=jira, O=Example").unwrap();
        assert!(plain.is(&typed) && !sly.is(&typed));
        let together = Subject::parse("CN=jira+O=Example").unwrap();
        assert!(!together.is(&plain) && together.is(&Subject::parse("O=Example + CN=jira").unwrap()));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let long = "x".repeat(5000);
        for value in [
            " a ", "#a", "a+b=c", "\"", "a\\b", "a;b", "<a>", "\u{0}", "Zoë", "", &long, "\\2C", "+1",
        ] {
            let name = subject(&[("2.5.4.3", value), ("1.2.3.4", value)]);
            let read = Subject::parse(&name.to_string()).unwrap();
            assert_eq!(read, name, "{value}");
        }
        assert!(!subject(&[("2.5.4.3", &long)]).is(&subject(&[("2.5.4.3", &format!("{long}y"))])));
    }

    #[test]
    fn what_is_no_name_is_refused_in_words() {
        for text in [
            "", "  ", "subject=", "jira", "=x", "XX=y", "CN=\"a", "CN=a\\", "CN=\\FF",
        ] {
            assert!(Subject::parse(text).is_err(), "{text}");
        }
        assert_eq!(Subject::new(Vec::new()), None);
    }
}
