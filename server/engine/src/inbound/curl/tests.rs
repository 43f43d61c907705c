//! Lines as people and tools write them.

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

#[test]
fn words_of_options_are_no_address() {
    for line in [
        "curl -s --retry-delay 5 -c jar.txt -D headers.txt https://x/a -d '{}'",
        "curl https://x/a --some-new-option value -d '{}'",
        "curl --some-new-option value https://x/a -d '{}'",
        "curl -sSfd '{}' https://x/a -o out.json",
        "curl -sd'{}' --url https://x/a | jq .",
        "curl --json '{}' https://x/a && echo done > https://y/b",
        "curl -d {} -- https://x/a",
    ] {
        let read = read(line).unwrap();
        assert_eq!(
            (read.url.as_str(), read.data.as_deref(), read.method().as_str()),
            ("https://x/a", Some("{}"), "POST"),
            "{line}"
        );
    }
    assert_eq!(read("curl -sX PUT x.example/a").unwrap().method(), "PUT");
    assert_eq!(read("curl -sXPUT x.example/a").unwrap().url, "x.example/a");
}

#[test]
fn the_method_is_that_of_curl() {
    for (line, method) in [
        ("curl -d '' /a", "POST"),
        ("curl -F a=b /a", "POST"),
        ("curl -T file /a", "PUT"),
        ("curl -G -d a=b /a", "GET"),
        ("curl -I /a", "HEAD"),
        ("curl /a", "GET"),
    ] {
        assert_eq!(read(line).unwrap().method(), method, "{line}");
    }
}

#[test]
fn data_is_encoded_and_joined_as_curl_does() {
    let line = read("curl --data-urlencode 'a=b c&d' --data-urlencode '=ä' --data-raw x /a").unwrap();
    assert_eq!(line.data.as_deref(), Some("a=b%20c%26d&%C3%A4&x"));
    assert!(read("curl --data-urlencode a@file /a").unwrap().from_file);
    let line = read("curl --json '[1,' --json '2]' /a").unwrap();
    assert_eq!(line.data.as_deref(), Some("[1,2]"));
}

#[test]
fn headers_are_taken_away_as_curl_does() {
    let line = read("curl -H 'Content-Type:' -H 'X-Blank;' -d a /a").unwrap();
    assert_eq!(line.headers, [("X-Blank".into(), String::new())]);
    let line = read("curl --oauth2-bearer abc /a").unwrap();
    assert_eq!(line.bearer.as_deref(), Some("abc"));
}
