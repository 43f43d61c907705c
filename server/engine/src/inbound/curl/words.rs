//! Reads words as a shell would.

/// The words of a shell line: single and double quotes, `$'…'`, backslashes, continued lines.
pub(super) fn words(text: &str) -> Option<Vec<String>> {
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
