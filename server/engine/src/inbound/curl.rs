//! Reads a `curl` line as a shell and curl would, as far as requests to us need it.

/// What a `curl` line would send.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CurlLine {
    pub method: Option<String>,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub user: Option<String>,
    pub data: Option<String>,
    /// The body is in a file, which was not pasted.
    pub from_file: bool,
}

/// Options whose next word belongs to them and does not matter to us.
const TAKES_A_WORD: &[&str] = &[
    "-o",
    "--output",
    "-m",
    "--max-time",
    "-e",
    "--referer",
    "-A",
    "--user-agent",
    "-b",
    "--cookie",
    "-E",
    "--cert",
    "--key",
    "--cacert",
    "-w",
    "--write-out",
    "--connect-timeout",
    "-x",
    "--proxy",
    "--retry",
    "--resolve",
];

/// Reads the line; `None` when it is no `curl` line or a quote is not closed.
pub(super) fn read(text: &str) -> Option<CurlLine> {
    let mut words = words(text)?.into_iter();
    if words.next()? != "curl" {
        return None;
    }
    let mut line = CurlLine::default();
    while let Some(word) = words.next() {
        let (option, joined) = split_option(&word);
        let mut value = || joined.clone().or_else(|| words.next());
        match option.as_str() {
            "-X" | "--request" => line.method = value(),
            "-H" | "--header" => line.header(&value()?),
            "-u" | "--user" => line.user = value(),
            "--url" => line.url = value()?,
            "-d" | "--data" | "--data-ascii" | "--data-binary" => line.add_data(&value()?, true),
            "--data-raw" => line.add_data(&value()?, false),
            "--json" => {
                line.default_type("application/json");
                line.add_data(&value()?, true);
            }
            option if TAKES_A_WORD.contains(&option) => {
                value();
            }
            option if option.starts_with('-') && option.len() > 1 => {}
            _ => line.url = word,
        }
    }
    if line.data.is_some() || line.from_file {
        line.default_type("application/x-www-form-urlencoded");
    }
    Some(line)
}

/// `-HX: y` and `--header=X: y` are written in one word.
fn split_option(word: &str) -> (String, Option<String>) {
    if word.starts_with("--") {
        return match word.split_once('=') {
            Some((option, value)) => (option.into(), Some(value.into())),
            None => (word.into(), None),
        };
    }
    let mut characters = word.chars();
    match (characters.next(), characters.next()) {
        (Some('-'), Some(letter @ ('X' | 'H' | 'u' | 'd'))) if word.len() > 2 => {
            (format!("-{letter}"), Some(characters.collect()))
        }
        _ => (word.into(), None),
    }
}

impl CurlLine {
    fn header(&mut self, text: &str) {
        if let Some((name, value)) = text.split_once(':') {
            self.headers.push((name.trim().into(), value.trim().into()));
        }
    }

    fn add_data(&mut self, text: &str, files: bool) {
        if files && text.starts_with('@') {
            self.from_file = true;
            return;
        }
        let before = self.data.take();
        self.data = Some(match before {
            Some(before) => format!("{before}&{text}"),
            None => text.to_owned(),
        });
    }

    fn default_type(&mut self, kind: &str) {
        let given = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
        if !self.headers.iter().any(given) {
            self.headers.push(("content-type".into(), kind.into()));
        }
    }
}

/// The words of a shell line: single and double quotes, `$'…'`, backslashes, continued lines.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.trim().chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some('\n') | None => {}
                Some('\r') => {
                    characters.next_if_eq(&'\n');
                }
                Some(escaped) => word.get_or_insert_default().push(escaped),
            },
            '\'' => quoted(&mut characters, '\'', Escapes::None, word.get_or_insert_default())?,
            '"' => quoted(
                &mut characters,
                '"',
                Escapes::Double,
                word.get_or_insert_default(),
            )?,
            '$' if characters.next_if_eq(&'\'').is_some() => {
                quoted(&mut characters, '\'', Escapes::C, word.get_or_insert_default())?;
            }
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

#[derive(Clone, Copy, PartialEq)]
enum Escapes {
    None,
    /// `\"`, `\\`, `\$`, `` \` ``.
    Double,
    /// `\n`, `\t`, `\r`, `\'` …
    C,
}

fn quoted(
    characters: &mut impl Iterator<Item = char>,
    end: char,
    rule: Escapes,
    into: &mut String,
) -> Option<()> {
    loop {
        let c = characters.next()?;
        if c == end {
            return Some(());
        }
        if c != '\\' || rule == Escapes::None {
            into.push(c);
            continue;
        }
        let escaped = characters.next()?;
        match (rule, escaped) {
            (Escapes::C, 'n') => into.push('\n'),
            (Escapes::C, 'r') => into.push('\r'),
            (Escapes::C, 't') => into.push('\t'),
            (Escapes::C, other) | (Escapes::Double, other @ ('"' | '\\' | '$' | '`')) => into.push(other),
            (_, '\n') => {}
            (_, other) => into.extend(['\\', other]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_a_shell_would() {
        let line = read(
            "curl -sS -X POST https://sb.example/inbound/incident/message \\\n  -u 'jira:it'\"'\"'s' \\\r\n  \
             -H 'Content-Type: application/json' -H\"X-A: \\\"b\\\"\" --data-raw $'{\"a\":\\n1}'",
        )
        .unwrap();
        assert_eq!(line.method.as_deref(), Some("POST"));
        assert_eq!(line.url, "https://sb.example/inbound/incident/message");
        assert_eq!(line.user.as_deref(), Some("jira:it's"));
        assert_eq!(
            line.headers,
            [
                ("Content-Type".into(), "application/json".into()),
                ("X-A".into(), "\"b\"".into())
            ]
        );
        assert_eq!(line.data.as_deref(), Some("{\"a\":\n1}"));
    }

    #[test]
    fn data_brings_its_type_and_files_are_noticed() {
        let line = read("curl --json '{}' http://x/y").unwrap();
        assert_eq!(line.headers, [("content-type".into(), "application/json".into())]);
        let line = read("curl -d a=1 -d b=2 http://x/y").unwrap();
        assert_eq!(line.data.as_deref(), Some("a=1&b=2"));
        assert!(read("curl -d @body.json http://x/y").unwrap().from_file);
        assert!(!read("curl --data-raw @body.json http://x/y").unwrap().from_file);
    }

    #[test]
    fn what_is_no_curl_line_is_none() {
        for text in ["", "wget x", "curl 'unclosed", "POST / HTTP/1.1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
