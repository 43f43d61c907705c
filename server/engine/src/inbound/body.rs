//! Whether a body is what the integration takes: its content type, and that it can be read.

use model::integration::MessageFormat;

use super::Refusal;

/// Checks content type and form of a body.
pub(super) fn check(format: MessageFormat, content_type: Option<&str>, body: &[u8]) -> Result<(), Refusal> {
    check_type(format, content_type)?;
    match format {
        MessageFormat::Json => json(body),
        MessageFormat::Xml => xml(body),
        MessageFormat::Raw => Ok(()),
    }
}

fn check_type(format: MessageFormat, content_type: Option<&str>) -> Result<(), Refusal> {
    let declared = content_type.unwrap_or_default();
    let media = declared
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let fits = match format {
        MessageFormat::Json => {
            media == "application/json" || (media.starts_with("application/") && media.ends_with("+json"))
        }
        MessageFormat::Xml => {
            media == "application/xml"
                || media == "text/xml"
                || (media.starts_with("application/") && media.ends_with("+xml"))
        }
        MessageFormat::Raw => true,
    };
    if !fits {
        let wanted = if format == MessageFormat::Json {
            "application/json"
        } else {
            "application/xml or text/xml"
        };
        let got = if media.is_empty() {
            "no Content-Type".to_owned()
        } else {
            format!("Content-Type {media}")
        };
        return Err(Refusal::UnsupportedType(format!(
            "The integration takes {format}: send Content-Type {wanted}; the call had {got}."
        )));
    }
    let charset = declared.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    });
    match charset.as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii") => Ok(()),
        Some(_) if format == MessageFormat::Raw => Ok(()),
        Some(other) => Err(Refusal::UnsupportedType(format!(
            "Send UTF-8; the call declared charset {other}."
        ))),
    }
}

/// Deepest nesting of a JSON document: what most readers accept, so that nobody downstream is surprised.
const DEEPEST: usize = 128;

/// Well-formed JSON in UTF-8, nested at most [`DEEPEST`] deep.
fn json(body: &[u8]) -> Result<(), Refusal> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::Malformed(
            "The body is empty: send a JSON document.".into(),
        ));
    }
    let text = utf8(body)?;
    serde_json::from_str::<serde::de::IgnoredAny>(text)
        .map_err(|error| Refusal::Malformed(format!("The body is not valid JSON: {error}.")))?;
    if depth(text) > DEEPEST {
        return Err(Refusal::Malformed(format!(
            "The JSON document is nested more than {DEEPEST} deep."
        )));
    }
    Ok(())
}

/// How deep a valid JSON text is nested.
fn depth(json: &str) -> usize {
    let (mut now, mut deepest, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !in_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Well-formed XML with one root and no document type (which brings entities and their bombs).
fn xml(body: &[u8]) -> Result<(), Refusal> {
    use quick_xml::{Reader, events::Event};
    let text = utf8(body)?;
    let mut reader = Reader::from_str(text);
    let (mut depth, mut roots) = (0_usize, 0_usize);
    let wrong = |at: u64, what: &str| {
        Refusal::Malformed(format!("The body is not well-formed XML at byte {at}: {what}."))
    };
    loop {
        let event = reader
            .read_event()
            .map_err(|error| wrong(reader.error_position(), &error.to_string()))?;
        match event {
            Event::Start(_) => {
                roots += usize::from(depth == 0);
                depth += 1;
                if depth > 256 {
                    return Err(wrong(reader.buffer_position(), "nested more than 256 deep"));
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Empty(_) => roots += usize::from(depth == 0),
            Event::DocType(_) => {
                return Err(wrong(reader.buffer_position(), "document types are not accepted"));
            }
            Event::Text(text) if depth == 0 && !text.iter().all(u8::is_ascii_whitespace) => {
                return Err(wrong(reader.buffer_position(), "text outside the root element"));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (depth, roots) {
        (0, 1) => Ok(()),
        (0, 0) => Err(Refusal::Malformed(
            "The body is empty: send an XML document.".into(),
        )),
        (0, _) => Err(wrong(reader.buffer_position(), "more than one root element")),
        _ => Err(wrong(reader.buffer_position(), "an element is not closed")),
    }
}

fn utf8(body: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(body).map_err(|error| {
        Refusal::Malformed(format!("The body is not UTF-8 at byte {}.", error.valid_up_to()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(format: MessageFormat, content_type: &str, body: &str) -> u16 {
        check(
            format,
            Some(content_type).filter(|text| !text.is_empty()),
            body.as_bytes(),
        )
        .map_or_else(|refusal| refusal.status(), |()| 202)
    }

    #[test]
    fn json_is_checked() {
        let json = |body: &str| status(MessageFormat::Json, "application/json", body);
        for good in ["{}", "[1]", "null", " {\"a\":\"ü\"} "] {
            assert_eq!(json(good), 202, "{good}");
        }
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(json(&nested(128)), 202);
        assert_eq!(json(r#"{"a":"[[[\"[[["}"#), 202);
        let deep = nested(129);
        for bad in [
            "",
            "  ",
            "{",
            "{\"a\":}",
            "nope",
            "{} {}",
            "\u{feff}{}",
            deep.as_str(),
        ] {
            assert_eq!(json(bad), 400, "{bad:.20}");
        }
    }

    #[test]
    fn content_types_are_checked() {
        for (media, wanted) in [
            ("application/json; charset=utf-8", 202),
            ("Application/JSON", 202),
            ("application/cloudevents+json", 202),
            ("application/json; charset=latin1", 415),
            ("text/plain", 415),
            ("", 415),
        ] {
            assert_eq!(status(MessageFormat::Json, media, "{}"), wanted, "{media}");
        }
        assert_eq!(status(MessageFormat::Raw, "", "anything"), 202);
    }

    #[test]
    fn xml_is_checked() {
        let xml = |body: &str| status(MessageFormat::Xml, "text/xml", body);
        for good in [
            "<a/>",
            "<?xml version=\"1.0\"?><a><b>x</b></a>",
            "<!-- c --><a/>\n",
        ] {
            assert_eq!(xml(good), 202, "{good}");
        }
        for bad in [
            "",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "x<a/>",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
            "<a/>x",
        ] {
            assert_eq!(xml(bad), 400, "{bad}");
        }
    }
}
