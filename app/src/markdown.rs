//! Descriptions are written in Markdown and shown as HTML, which the server makes.

use serde::{Deserialize, Serialize};

/// HTML made from Markdown. It holds no markup, script, picture or link other than what Markdown makes itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Markdown(String);

impl Markdown {
    /// Renders `text`: raw HTML is shown as text, and only links to the web are kept.
    #[cfg(feature = "ssr")]
    pub fn render(text: &str) -> Self {
        use pulldown_cmark::{Event, Parser, Tag, TagEnd};
        let web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        let mut open = Vec::new();
        let events = Parser::new(text).filter_map(|event| match event {
            Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
            Event::Start(Tag::Link { ref dest_url, .. }) => {
                open.push(web(dest_url));
                web(dest_url).then_some(event)
            }
            Event::End(TagEnd::Link) => open.pop().unwrap_or(false).then_some(event),
            // Whoever reads the description would fetch its pictures from elsewhere.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
            other => Some(other),
        });
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, events);
        Self(html)
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The HTML.
    pub fn into_html(self) -> String {
        self.0
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::Markdown;

    #[test]
    fn formatting_and_links_to_the_web_are_kept() {
        let html = Markdown::render("**a** [y](https://example.org) <https://example.com>").into_html();
        assert!(html.contains("<strong>a</strong>"), "{html}");
        assert!(html.contains("href=\"https://example.org\""), "{html}");
        assert!(html.contains("href=\"https://example.com\""), "{html}");
    }

    #[test]
    fn markup_scripts_and_pictures_are_not() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "a <b onclick=alert(1)>b</b>",
            "<!-- <p> -->",
            "<div\nonx=1>\n\ntext",
            "[x](javascript:alert(1))",
            "[x](JavaScript&colon;alert(1))",
            "[x](<java\tscript:alert(1)>)",
            "[x](data:text/html,x)",
            "[x]\n\n[x]: javascript:alert(1)",
            "<javascript:alert(1)>",
            "<someone@example.com>",
            "![z](https://example.org/p)",
            "[![z](https://example.org/p)](javascript:alert(1))",
        ] {
            let html = Markdown::render(text).into_html();
            for forbidden in ["<script", "<img", "<b", "<div", "<!--", "href="] {
                assert!(!html.contains(forbidden), "{text}: {html}");
            }
        }
        let html = Markdown::render("[x](https://e.org/\"onx=1 \"y\\\" onx=1\")\n\n```a\" onx=\"1\nx\n```")
            .into_html();
        assert!(!html.contains("\" onx"), "{html}");
    }
}
