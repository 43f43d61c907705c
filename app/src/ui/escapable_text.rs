//! Text inside the elements whose children the renderer writes as they are: `<textarea>` (its `ESCAPE_CHILDREN` is
//! false) and `<title>` (written by `leptos_meta`). `scripts/invariants.sh` keeps these elements in the files that use
//! this one.

/// Escapes `text` on the server. HTML calls these elements escapable raw text (HTML Living Standard, 13.1.2): a parser
/// ends them at their end tag and replaces character references in them. The browser sets the text through the DOM, so
/// there it stays as it is.
#[cfg(feature = "ssr")]
pub fn escapable_text(text: &str) -> String {
    html_escape::encode_text(text).into_owned()
}

/// In the browser the DOM takes the text as it is.
#[cfg(not(feature = "ssr"))]
pub fn escapable_text(text: &str) -> String {
    text.to_owned()
}
