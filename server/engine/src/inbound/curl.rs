//! Reads a `curl` line as a shell and curl would, as far as requests to us need it.

#[cfg(test)]
mod tests;
mod words;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// What a `curl` line would send.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CurlLine {
    pub method: Option<String>,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub user: Option<String>,
    /// A token of `--oauth2-bearer`.
    pub bearer: Option<String>,
    pub data: Option<String>,
    /// The body is in a file, which was not pasted.
    pub from_file: bool,
    /// The body is a form of several parts, which curl makes up.
    pub parts: bool,
    /// The data belongs to the address (`-G`).
    pub in_query: bool,
    /// Only the headers are asked for (`-I`).
    pub head: bool,
    /// A file is sent with PUT (`-T`).
    pub upload: bool,
    /// The data is JSON (`--json`).
    json: bool,
    /// Headers that curl is told to leave out (`-H 'Accept:'`), in lower case.
    removed: Vec<String>,
    /// What is no option, in its order.
    words: Vec<String>,
}

/// Letters of options whose value follows in the same or the next word.
const LETTERS_WITH_A_VALUE: &str = "ACDEFHKPQTUXYbcdemortuwxyz";

/// Long options whose next word belongs to them and does not matter to us.
const TAKES_A_WORD: &[&str] = &[
    "--abstract-unix-socket",
    "--alt-svc",
    "--aws-sigv4",
    "--cacert",
    "--capath",
    "--cert",
    "--cert-type",
    "--ciphers",
    "--config",
    "--connect-timeout",
    "--connect-to",
    "--continue-at",
    "--cookie",
    "--cookie-jar",
    "--crlfile",
    "--curves",
    "--dns-interface",
    "--dns-servers",
    "--doh-url",
    "--dump-header",
    "--engine",
    "--etag-compare",
    "--etag-save",
    "--expect100-timeout",
    "--haproxy-clientip",
    "--happy-eyeballs-timeout-ms",
    "--hsts",
    "--interface",
    "--ip-tos",
    "--keepalive-cnt",
    "--keepalive-time",
    "--key",
    "--key-type",
    "--libcurl",
    "--limit-rate",
    "--local-port",
    "--max-filesize",
    "--max-redirs",
    "--max-time",
    "--netrc-file",
    "--noproxy",
    "--output",
    "--output-dir",
    "--parallel-max",
    "--pass",
    "--pinnedpubkey",
    "--preproxy",
    "--proto",
    "--proto-default",
    "--proto-redir",
    "--proxy",
    "--proxy-cacert",
    "--proxy-cert",
    "--proxy-header",
    "--proxy-key",
    "--proxy-user",
    "--proxy1.0",
    "--random-file",
    "--range",
    "--rate",
    "--referer",
    "--request-target",
    "--resolve",
    "--retry",
    "--retry-delay",
    "--retry-max-time",
    "--service-name",
    "--socks4",
    "--socks4a",
    "--socks5",
    "--socks5-hostname",
    "--speed-limit",
    "--speed-time",
    "--stderr",
    "--time-cond",
    "--tls-max",
    "--tls13-ciphers",
    "--tlspassword",
    "--tlsuser",
    "--trace",
    "--trace-ascii",
    "--trace-config",
    "--unix-socket",
    "--url-query",
    "--user-agent",
    "--variable",
    "--vlan-priority",
    "--write-out",
];

/// Words that end a command of a shell.
const ENDS_COMMAND: &[&str] = &["|", "||", "&&", ";", ">", ">>", "2>", "&"];

/// Reads the line; `None` when it is no `curl` line or a quote is not closed.
pub(super) fn read(text: &str) -> Option<CurlLine> {
    let mut words = words::words(text)?
        .into_iter()
        .take_while(|word| !ENDS_COMMAND.contains(&word.as_str()));
    if words.next()? != "curl" {
        return None;
    }
    let mut line = CurlLine::default();
    let mut only_words = false;
    while let Some(word) = words.next() {
        if only_words || !word.starts_with('-') || word == "-" {
            line.words.push(word);
        } else if word == "--" {
            only_words = true;
        } else if word.starts_with("--") {
            let (option, joined) = match word.split_once('=') {
                Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
                None => (word, None),
            };
            line.long(&option, || joined.or_else(|| words.next()))?;
        } else {
            line.letters(&word[1..], || words.next())?;
        }
    }
    line.finish();
    Some(line)
}

impl CurlLine {
    /// `-sSXPOST`, `-d value`: letters without values, then perhaps one with.
    fn letters(&mut self, letters: &str, next: impl FnOnce() -> Option<String>) -> Option<()> {
        for (at, letter) in letters.char_indices() {
            if !LETTERS_WITH_A_VALUE.contains(letter) {
                match letter {
                    'G' => self.in_query = true,
                    'I' => self.head = true,
                    _ => {}
                }
                continue;
            }
            let rest = &letters[at + letter.len_utf8()..];
            let value = if rest.is_empty() { next()? } else { rest.to_owned() };
            let long = match letter {
                'X' => "--request",
                'H' => "--header",
                'u' => "--user",
                'd' => "--data",
                'F' => "--form",
                'T' => "--upload-file",
                _ => return Some(()),
            };
            return self.long(long, || Some(value));
        }
        Some(())
    }

    fn long(&mut self, option: &str, value: impl FnOnce() -> Option<String>) -> Option<()> {
        match option {
            "--request" => self.method = value(),
            "--header" => self.header(&value()?),
            "--user" => self.user = value(),
            "--oauth2-bearer" => self.bearer = value(),
            "--url" => self.words.insert(0, value()?),
            "--data" | "--data-ascii" | "--data-binary" => self.add_data(&value()?, true, "&"),
            "--data-raw" => self.add_data(&value()?, false, "&"),
            "--data-urlencode" => self.add_encoded(&value()?),
            "--json" => {
                self.json = true;
                self.add_data(&value()?, true, "");
            }
            "--form" | "--form-string" => {
                value()?;
                self.parts = true;
            }
            "--upload-file" => {
                value()?;
                self.upload = true;
            }
            "--get" => self.in_query = true,
            "--head" => self.head = true,
            option if TAKES_A_WORD.contains(&option) => {
                value();
            }
            _ => {}
        }
        Some(())
    }

    /// `Name: value`; `Name;` is sent without a value, and `Name:` keeps curl from sending its own.
    fn header(&mut self, text: &str) {
        match text.split_once(':') {
            Some((name, value)) if value.trim().is_empty() => {
                self.removed.push(name.trim().to_ascii_lowercase());
            }
            Some((name, value)) => self.headers.push((name.trim().into(), value.trim().into())),
            None => {
                if let Some(name) = text.trim().strip_suffix(';') {
                    self.headers.push((name.into(), String::new()));
                }
            }
        }
    }

    fn add_data(&mut self, text: &str, files: bool, joined_by: &str) {
        if files && text.starts_with('@') {
            self.from_file = true;
            return;
        }
        let before = self.data.take();
        self.data = Some(match before {
            Some(before) => format!("{before}{joined_by}{text}"),
            None => text.to_owned(),
        });
    }

    /// `content`, `=content`, `name=content`, `@file`, `name@file`.
    fn add_encoded(&mut self, text: &str) {
        let encoded = |content: &str| {
            utf8_percent_encode(content, NON_ALPHANUMERIC)
                .to_string()
                .replace("%2D", "-")
                .replace("%2E", ".")
                .replace("%5F", "_")
                .replace("%7E", "~")
        };
        match text.find(['=', '@']) {
            Some(at) if text[at..].starts_with('@') => self.from_file = true,
            Some(0) => self.add_data(&encoded(&text[1..]), false, "&"),
            Some(at) => {
                let data = format!("{}={}", &text[..at], encoded(&text[at + 1..]));
                self.add_data(&data, false, "&");
            }
            None => self.add_data(&encoded(text), false, "&"),
        }
    }

    /// The content type that curl sends of its own, if none was given and it is not told to leave it out.
    fn default_type(&self) -> Option<&'static str> {
        let given = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
        if self.headers.iter().any(given) || self.removed.iter().any(|name| name == "content-type") {
            None
        } else if self.parts {
            Some("multipart/form-data")
        } else if self.json {
            Some("application/json")
        } else if self.data.is_some() || self.from_file {
            Some("application/x-www-form-urlencoded")
        } else {
            None
        }
    }

    /// What depends on all of the line: the address, and the type of the body.
    fn finish(&mut self) {
        // The word of an option that is not known here must not become the address.
        let looks: [fn(&&String) -> bool; 3] = [
            |word| word.contains("://"),
            |word| word.starts_with('/'),
            |word| word.contains('/'),
        ];
        let url = looks.iter().find_map(|look| self.words.iter().find(look));
        self.url = url.or(self.words.first()).cloned().unwrap_or_default();
        if self.in_query {
            self.data = None;
            self.from_file = false;
        }
        if let Some(kind) = self.default_type() {
            self.headers.push(("content-type".into(), kind.into()));
        }
    }

    /// The method that is sent.
    pub(super) fn method(&self) -> String {
        let own = if self.head {
            "HEAD"
        } else if self.upload {
            "PUT"
        } else if self.data.is_some() || self.from_file || self.parts {
            "POST"
        } else {
            "GET"
        };
        self.method.clone().unwrap_or_else(|| own.into())
    }
}
