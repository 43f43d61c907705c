//! A request that was pasted: raw HTTP as a log or a proxy shows it, or a `curl` line.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::curl::{self, CurlLine};

/// Longest text looked at, in bytes.
const LIMIT: usize = 512 * 1024;

/// A pasted request, read.
#[derive(Debug)]
pub(super) struct Pasted {
    pub method: String,
    /// Path without query; blank when the paste had no request line.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// What could not be taken over, as sentences.
    pub notes: Vec<String>,
}

/// Reads a paste.
///
/// # Errors
/// A sentence for beside the field.
pub(super) fn read(text: &str) -> Result<Pasted, String> {
    if text.len() > LIMIT {
        return Err(format!("Paste at most {} KiB.", LIMIT / 1024));
    }
    // Browsers send the text of a form with CRLF, whatever was pasted.
    let text = text.replace("\r\n", "\n");
    let text = text.trim_start();
    // The prompt of a shell is easily copied along.
    let text = text.strip_prefix("$ ").unwrap_or(text);
    if text.is_empty() {
        return Err("Paste a raw HTTP request or a curl line.".into());
    }
    if text.starts_with("curl ") || text.starts_with("curl\n") {
        return of_curl(text);
    }
    raw(text)
}

fn of_curl(text: &str) -> Result<Pasted, String> {
    let line = curl::read(text).ok_or("The curl line could not be read: a quote is not closed.")?;
    let mut headers = HeaderMap::new();
    let mut notes = Vec::new();
    for (name, value) in &line.headers {
        add(&mut headers, name, value)?;
    }
    authorization(&mut headers, &line, &mut notes)?;
    if line.from_file || line.upload {
        notes.push("The body is in a file that was not pasted, so that it is empty here.".into());
    }
    if line.parts {
        notes.push("curl makes a form of several parts for -F, so that the body is empty here.".into());
    }
    let (method, path) = (line.method(), path_of(&line.url));
    let body = line.data.unwrap_or_default().into_bytes();
    Ok(Pasted {
        method,
        path,
        headers,
        body,
        notes,
    })
}

/// As curl does it: a header that is written out wins over the options that make one.
fn authorization(headers: &mut HeaderMap, line: &CurlLine, notes: &mut Vec<String>) -> Result<(), String> {
    if headers.contains_key(header::AUTHORIZATION) {
        if line.user.is_some() || line.bearer.is_some() {
            notes.push("The header Authorization is written out, so that curl does not use -u.".into());
        }
        return Ok(());
    }
    if let Some(token) = &line.bearer {
        return add(headers, "authorization", &format!("Bearer {token}"));
    }
    let Some(user) = &line.user else {
        return Ok(());
    };
    let user = if user.contains(':') {
        user.clone()
    } else {
        notes.push("-u holds no password: curl asks for it, so that it is blank here.".into());
        format!("{user}:")
    };
    add(
        headers,
        "authorization",
        &format!("Basic {}", STANDARD.encode(user)),
    )
}

fn raw(text: &str) -> Result<Pasted, String> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines().peekable();
    let mut notes = Vec::new();
    let (method, path) = if let Some(line) = lines.next_if(|line| is_request_line(line)) {
        let mut words = line.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        (method, path_of(words.next().unwrap_or_default()))
    } else {
        notes.push("There is no request line: taken as POST to this endpoint.".into());
        ("POST".to_owned(), String::new())
    };
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| format!("“{}” is no header line.", start_of(line)))?;
        add(&mut headers, name.trim(), value.trim())?;
    }
    let body = cut(&headers, body, &mut notes);
    Ok(Pasted {
        method,
        path,
        headers,
        body,
        notes,
    })
}

fn is_request_line(line: &str) -> bool {
    let mut words = line.split(' ');
    let method = words.next().unwrap_or_default();
    let target = words.next().unwrap_or_default();
    !method.is_empty()
        && method.bytes().all(|byte| byte.is_ascii_uppercase())
        && (target.starts_with('/') || target.contains("://"))
}

/// Only the path: of a URL, or of a request line.
fn path_of(target: &str) -> String {
    let path = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        // curl takes a host without a scheme.
        None if target.is_empty() || target.starts_with('/') => target,
        None => target.find('/').map_or("/", |at| &target[at..]),
    };
    path.split(['?', '#']).next().unwrap_or_default().to_owned()
}

fn add(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), String> {
    let wrong = || format!("“{}” is no header that can be sent.", start_of(name));
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
    let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| wrong())?;
    headers.append(name, value);
    Ok(())
}

/// The beginning of something, to point it out without repeating a secret whole.
fn start_of(text: &str) -> String {
    text.chars().take(20).collect()
}

/// A paste gains line breaks at its end; `Content-Length` tells where the body ended.
fn cut(headers: &HeaderMap, body: &str, notes: &mut Vec<String>) -> Vec<u8> {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    match length {
        Some(length)
            if length <= body.len() && body.as_bytes()[length..].iter().all(u8::is_ascii_whitespace) =>
        {
            body.as_bytes()[..length].to_vec()
        }
        Some(length) => {
            notes.push(format!(
                "Content-Length says {length} bytes, the pasted body has {}: something is missing, or line breaks \
                 were changed.",
                body.len()
            ));
            body.as_bytes().to_vec()
        }
        None => body.trim_end_matches('\n').as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_requests_are_read() {
        let pasted = read(
            "\nPOST /inbound/incident/message?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{\"a\":1}\r\n",
        )
        .unwrap();
        assert_eq!(
            (pasted.method.as_str(), pasted.path.as_str()),
            ("POST", "/inbound/incident/message")
        );
        assert_eq!(pasted.body, b"{\"a\":1}");
        assert!(pasted.notes.is_empty(), "{:?}", pasted.notes);
    }

    #[test]
    fn headers_alone_are_a_request_too() {
        let pasted = read("X-Signature: ab\nContent-Type: application/json\n\n{}").unwrap();
        assert_eq!(
            (pasted.path.as_str(), pasted.body.as_slice()),
            ("", b"{}".as_slice())
        );
        assert_eq!(pasted.notes.len(), 1);
    }

    #[test]
    fn a_wrong_length_is_pointed_out() {
        let pasted = read("POST / HTTP/1.1\nContent-Length: 70\n\n{}").unwrap();
        assert!(pasted.notes[0].contains("70"), "{:?}", pasted.notes);
    }

    #[test]
    fn curl_lines_are_read() {
        let pasted = read("curl https://sb.example/inbound/incident/message -u a:b -d '{}'").unwrap();
        assert_eq!(pasted.method, "POST");
        assert_eq!(pasted.headers["authorization"], "Basic YTpi");
    }

    #[test]
    fn a_header_that_is_written_out_wins_over_an_option() {
        let pasted =
            read("$ curl -u a:b -H 'Authorization: Bearer t' -d '' x.example/inbound/a/message").unwrap();
        let values: Vec<_> = pasted.headers.get_all("authorization").iter().collect();
        assert_eq!(values, ["Bearer t"]);
        assert_eq!(
            (pasted.method.as_str(), pasted.path.as_str()),
            ("POST", "/inbound/a/message")
        );
        assert_eq!(pasted.notes.len(), 1);
        let pasted = read("curl --oauth2-bearer t /a").unwrap();
        assert_eq!(pasted.headers["authorization"], "Bearer t");
    }

    #[test]
    fn nonsense_is_refused_in_words() {
        for text in ["", "  \n", "curl 'x", "hello", "POST / HTTP/1.1\nnonsense"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
