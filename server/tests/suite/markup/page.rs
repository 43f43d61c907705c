//! A page as a browser reads it.

use html5ever::{parse_document, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::HOSTILE;

/// What the walk needs of a page.
#[derive(Default)]
pub struct Page {
    /// Markup that is not the program's own.
    pub foreign: Vec<String>,
    /// Local addresses it leads to.
    pub links: Vec<String>,
    pub forms: Vec<Form>,
    /// Whether the hostile text stands on it, as text.
    pub shows_hostile: bool,
    titles: Vec<String>,
}

/// A form with its fields.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Where it is posted to.
    pub action: String,
    pub post: bool,
    /// Addresses of its other buttons.
    pub other_buttons: Vec<String>,
    pub fields: Vec<Field>,
}

/// A field of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    /// Type of the input, or the name of the element.
    pub kind: String,
    pub value: String,
    pub placeholder: String,
    /// Marked as wrong.
    pub invalid: bool,
}

/// Elements that load, run or redirect something, none of which the program's pages have.
const NEVER: &[&str] = &[
    "base", "iframe", "frame", "object", "embed", "img", "video", "audio", "template",
];

impl Page {
    pub fn read(html: &str) -> Self {
        let dom = parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html);
        let mut page = Self::default();
        page.walk(&dom.document);
        let ours = page.titles.len() == 1 && page.titles[0].ends_with("Switchboard");
        if !ours {
            page.foreign.push(format!("titles {:?}", page.titles));
        }
        page
    }

    fn walk(&mut self, node: &Handle) {
        match &node.data {
            NodeData::Element { name, attrs, .. } => {
                let attributes: Vec<(String, String)> = attrs
                    .borrow()
                    .iter()
                    .map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string()))
                    .collect();
                self.element(node, &name.local, &attributes);
            }
            NodeData::Comment { contents } if contents.contains("hostile") => {
                self.foreign.push(format!("comment {contents}"));
            }
            NodeData::Text { contents } => self.shows_hostile |= contents.borrow().contains(HOSTILE),
            _ => {}
        }
        for child in node.children.borrow().iter() {
            self.walk(child);
        }
    }

    fn element(&mut self, node: &Handle, tag: &str, attributes: &[(String, String)]) {
        let value = |name: &str| {
            attributes
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.as_str())
        };
        for (name, text) in attributes {
            self.shows_hostile |= text.contains(HOSTILE);
            if name.starts_with("on") || name.contains("hostile") || name.contains(['<', '"', '\'']) {
                self.foreign.push(format!("attribute {name} of {tag}"));
            }
            let leads =
                ["href", "src", "action", "formaction", "poster", "xlink:href"].contains(&name.as_str());
            if leads
                && !(text.starts_with(['/', '#'])
                    || text.starts_with("https://")
                    || text.starts_with("http://"))
            {
                self.foreign.push(format!("{tag} leads to {text}"));
            }
        }
        let without_nonce = ["script", "style"].contains(&tag) && value("nonce").is_none();
        let redirects = tag == "meta" && value("http-equiv").is_some();
        if tag.contains("hostile") || NEVER.contains(&tag) || without_nonce || redirects {
            self.foreign.push(format!("element {tag}"));
        }
        let text = || text_of(node);
        match tag {
            "script" if text().contains("<hostile") => self.foreign.push("markup in a script".into()),
            "textarea" if text().replace(HOSTILE, "").contains("hostile") => {
                self.foreign
                    .push(format!("a textarea holds a part only: {}", text()));
            }
            // `<title>` of an svg stands elsewhere.
            "title" => self.titles.push(text()),
            "a" => self.links.extend(
                value("href")
                    .filter(|href| href.starts_with('/'))
                    .map(str::to_owned),
            ),
            _ => {}
        }
        self.form(node, tag, &value);
    }

    fn form<'a>(&mut self, node: &Handle, tag: &str, value: &impl Fn(&str) -> Option<&'a str>) {
        let owned = |name: &str| value(name).unwrap_or_default().to_owned();
        if tag == "form" {
            let post = value("method") == Some("post");
            let action = owned("action");
            if !post && action.starts_with('/') {
                self.links.push(action.clone());
            }
            self.forms.push(Form {
                action,
                post,
                ..Form::default()
            });
        }
        let Some(form) = self.forms.last_mut() else { return };
        if let ("button" | "input", Some(other)) = (tag, value("formaction")) {
            form.other_buttons.push(other.to_owned());
        }
        let kind = match tag {
            "input" => value("type").unwrap_or("text").to_owned(),
            "textarea" | "select" => tag.to_owned(),
            "option" => {
                // The chosen option, else the first that is not blank.
                let chosen = value("selected").is_some();
                if let Some(select) = form.fields.last_mut().filter(|field| field.kind == "select")
                    && (chosen || select.value.is_empty())
                {
                    select.value = owned("value");
                }
                return;
            }
            _ => return,
        };
        let Some(name) = value("name").filter(|name| !name.is_empty()) else {
            return;
        };
        let checked = value("checked").is_some();
        let current = match kind.as_str() {
            "textarea" => text_of(node),
            "checkbox" | "radio" if !checked => String::new(),
            "checkbox" => value("value").unwrap_or("on").to_owned(),
            "select" => String::new(),
            _ => owned("value"),
        };
        form.fields.push(Field {
            name: name.to_owned(),
            kind,
            value: current,
            placeholder: owned("placeholder"),
            invalid: value("aria-invalid") == Some("true"),
        });
    }
}

fn text_of(node: &Handle) -> String {
    let mut text = String::new();
    for child in node.children.borrow().iter() {
        if let NodeData::Text { contents } = &child.data {
            text.push_str(&contents.borrow());
        }
    }
    text
}

#[test]
fn foreign_markup_is_seen() {
    let head = "<!DOCTYPE html><html><head><title>x · Switchboard</title></head><body>";
    let found = |body: &str| Page::read(&format!("{head}{body}")).foreign;
    assert_eq!(
        found("<p title=\"a &quot; b\">&lt;b&gt;</p>"),
        Vec::<String>::new()
    );
    for body in [
        format!("<textarea>{HOSTILE}</textarea>"),
        format!("<p>{HOSTILE}</p>"),
        format!("<p title=\"{HOSTILE}\"></p>"),
        format!("<script nonce=1>\"{HOSTILE}\"</script>"),
        "<p onclick=1>".into(),
        "<meta http-equiv=refresh>".into(),
        "<a href=javascript:alert(1)>".into(),
        "<title>x</title>".into(),
    ] {
        assert_ne!(found(&body), Vec::<String>::new(), "{body}");
    }
    let title = format!("<title>{HOSTILE} · Switchboard</title>");
    assert_ne!(Page::read(&title).foreign, Vec::<String>::new());
}
