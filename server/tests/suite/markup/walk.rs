//! The walk through the program.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, RequestBuilder, Response, header};

use super::{
    HOSTILE,
    page::{Field, Form, Page},
};
use crate::support::{PASSWORD, Server};

/// Pages of a pattern that are opened, of those that differ in their path, and in their query.
const OF_A_PATTERN: usize = 6;
/// Tries at a form, each without the fields that were wrong before.
const TRIES: usize = 5;

/// What was seen so far.
pub struct Walk<'s> {
    server: &'s Server,
    cookie: String,
    pub patterns: Vec<String>,
    /// Patterns of which a page was shown.
    pub visited: BTreeSet<String>,
    /// Addresses opened in this round, by pattern.
    opened: BTreeMap<String, BTreeSet<String>>,
    waiting: Vec<String>,
    /// Forms by the page they are on.
    forms: Vec<(String, Form)>,
    /// Names of query values.
    names: BTreeSet<String>,
    /// Server functions that were posted to with nothing but hostile text, and those that took a form.
    pub refused: BTreeSet<String>,
    pub accepted: BTreeSet<String>,
    /// Pages on which hostile text stood as text.
    pub shown: usize,
    /// What is wrong, as sentences.
    pub wrong: Vec<String>,
}

/// Whether a form ends or deletes something.
pub fn takes_away(action: &str) -> bool {
    ["delete", "revoke", "disable", "logout"]
        .iter()
        .any(|word| action.contains(word))
}

impl<'s> Walk<'s> {
    pub fn new(server: &'s Server, cookie: String, patterns: Vec<String>) -> Self {
        Self {
            server,
            cookie,
            patterns,
            visited: BTreeSet::new(),
            opened: BTreeMap::new(),
            waiting: Vec::new(),
            forms: Vec::new(),
            names: names_in_sources(),
            refused: BTreeSet::new(),
            accepted: BTreeSet::new(),
            shown: 0,
            wrong: Vec::new(),
        }
    }

    /// Opens every page that links lead to.
    pub async fn pages(&mut self) {
        self.opened.clear();
        self.waiting = vec!["/".into(), "/login".into(), "/settings".into()];
        while let Some(address) = self.waiting.pop() {
            self.open(&address).await;
        }
    }

    async fn open(&mut self, address: &str) {
        let address = address.split('#').next().unwrap_or_default().to_owned();
        let Some(pattern) = self.pattern(&address) else {
            return;
        };
        let opened = self.opened.entry(pattern).or_default();
        let query = address.contains('?');
        let alike = opened.iter().filter(|known| known.contains('?') == query).count();
        if alike < OF_A_PATTERN && opened.insert(address.clone()) {
            self.visit(&address).await;
        }
    }

    /// The most literal pattern that the path of `address` fits.
    fn pattern(&self, address: &str) -> Option<String> {
        let path = address.split('?').next().unwrap_or_default();
        let segments: Vec<&str> = path.split('/').collect();
        let fits = |pattern: &&String| {
            let parts: Vec<&str> = pattern.split('/').collect();
            let fits = |(part, segment): (&&str, &&str)| part.starts_with('{') || part == segment;
            parts.len() == segments.len() && parts.iter().zip(&segments).all(fits)
        };
        let literal = |pattern: &&String| pattern.split('/').filter(|part| !part.starts_with('{')).count();
        self.patterns.iter().filter(fits).max_by_key(literal).cloned()
    }

    /// Opens one page.
    pub async fn visit(&mut self, address: &str) {
        let response = self
            .send(
                self.server
                    .request(Method::GET, address)
                    .header(header::ACCEPT, "text/html"),
            )
            .await;
        let status = response.status().as_u16();
        if let Some(pattern) = self.pattern(address).filter(|_| status < 400) {
            self.visited.insert(pattern);
        }
        self.read(&format!("GET {address}"), address, response).await;
    }

    /// With hostile headers; the session's cookie is real.
    async fn send(&self, request: RequestBuilder) -> Response {
        let hostile = HOSTILE.replace(';', "");
        request
            .header(
                header::COOKIE,
                format!("{}; switchboard-page=/{hostile}; theme={hostile}", self.cookie),
            )
            .header(header::USER_AGENT, HOSTILE)
            .header(header::ACCEPT_LANGUAGE, HOSTILE)
            .header("x-forwarded-for", HOSTILE)
            .header("x-forwarded-host", HOSTILE)
            .header("x-request-id", HOSTILE)
            .send()
            .await
            .unwrap()
    }

    /// Notes what is on a page, and where an answer leads.
    async fn read(&mut self, what: &str, address: &str, response: Response) -> Option<Page> {
        let status = response.status().as_u16();
        if status >= 500 && status != 503 {
            self.wrong.push(format!("{what}: {status}"));
        }
        let redirects = response.status().is_redirection();
        let location = response.headers().get(header::LOCATION);
        if let Some(location) = location.and_then(|location| location.to_str().ok()) {
            self.waiting.push(location.to_owned());
        }
        let kind = response.headers().get(header::CONTENT_TYPE);
        let html = kind.is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("text/html")));
        let text = response.text().await.unwrap();
        if !html {
            return None;
        }
        let mut page = Page::read(&text);
        if redirects {
            // Browsers do not show it; it has no title.
            page.foreign.retain(|foreign| !foreign.starts_with("titles []"));
        }
        if app::leading_away::leads_away(what.split(' ').nth(1).unwrap_or_default()) {
            // The page that leads to the provider by itself.
            page.foreign.retain(|foreign| foreign != "element meta");
        }
        for foreign in &page.foreign {
            let what: String = what.chars().take(200).collect();
            self.wrong.push(format!("{what}: {foreign}"));
        }
        self.shown += usize::from(page.shows_hostile);
        self.waiting.extend(page.links.iter().cloned());
        for link in &page.links {
            let query = link.split_once('?').map_or("", |(_, query)| query);
            let names = query.split('&').filter_map(|pair| pair.split('=').next());
            self.names
                .extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
        }
        for form in &page.forms {
            if !form.post {
                self.names
                    .extend(form.fields.iter().map(|field| field.name.clone()));
            } else if !self.forms.iter().any(|known| alike(known, (address, form))) {
                self.forms.push((address.to_owned(), form.clone()));
            }
        }
        Some(page)
    }

    /// Posts every form, and to every other button of a form, with hostile text in every field, hidden ones included.
    pub async fn refuse_every_form(&mut self) {
        for (page, form) in self.forms.clone() {
            let fields: Vec<(String, String)> = form
                .fields
                .iter()
                .map(|field| (field.name.clone(), HOSTILE.to_owned()))
                .collect();
            let other = form
                .other_buttons
                .iter()
                .filter(|action| action.starts_with("/fn/"));
            for action in other
                .chain([&form.action])
                .filter(|action| *action != "/fn/logout")
            {
                let back = self.post(action, &page, &fields).await;
                self.refused.insert(action.clone());
                let Some(back) = back else { continue };
                for field in same(&back, &form.action)
                    .iter()
                    .filter(|field| field.kind == "textarea")
                {
                    // A secret does not come back.
                    if !field.value.is_empty() && field.value != HOSTILE {
                        self.wrong
                            .push(format!("{action}: {} came back as {}", field.name, field.value));
                    }
                }
            }
        }
    }

    /// Posts forms with hostile text in every field that takes it, until each was taken or nothing helps.
    pub async fn fill_in_every_form(&mut self, which: impl Fn(&str) -> bool) {
        for (page, form) in self.forms.clone() {
            if !which(&form.action) {
                continue;
            }
            let mut wrong = BTreeMap::<String, usize>::new();
            for _ in 0..TRIES {
                let fields: Vec<(String, String)> = form
                    .fields
                    .iter()
                    .filter(|field| field.kind != "file")
                    .map(|field| (field.name.clone(), filled(field, wrong.get(&field.name).copied())))
                    .collect();
                let before = self.accepted.len();
                let back = self.post(&form.action, &page, &fields).await;
                let invalid: Vec<String> = back
                    .iter()
                    .flat_map(|back| same(back, &form.action))
                    .filter(|field| field.invalid)
                    .map(|field| field.name)
                    .collect();
                if invalid.is_empty() || self.accepted.len() > before {
                    break;
                }
                for name in invalid {
                    *wrong.entry(name).or_default() += 1;
                }
            }
            if takes_away(&form.action) {
                self.refused.insert(form.action.clone());
            }
        }
    }

    async fn post(&mut self, action: &str, page: &str, fields: &[(String, String)]) -> Option<Page> {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let joint = if page.contains('?') { '&' } else { '?' };
        let from = format!(
            "{page}{joint}hostile={}",
            utf8_percent_encode(HOSTILE, NON_ALPHANUMERIC)
        );
        let response = self.send(self.server.form(action, &from, &fields)).await;
        if response.status().is_success() || response.status().is_redirection() {
            self.accepted.insert(action.to_owned());
        }
        self.read(&format!("POST {action} from {page}"), page, response)
            .await
    }

    /// Opens a page of every pattern with hostile text in every value of its query, then in its path.
    pub async fn hostile_addresses(&mut self) {
        for pattern in self.patterns.clone() {
            let opened = self.opened.get(&pattern).into_iter().flatten();
            let known = opened
                .map(|address| address.split('?').next().unwrap_or_default().to_owned())
                .next();
            let path = known.unwrap_or_else(|| pattern.clone());
            let text = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            for before in ["", "/", "https://x"] {
                let value = text(&format!("{before}{HOSTILE}"));
                let pairs: Vec<String> = self
                    .names
                    .iter()
                    .map(|name| format!("{}={value}", text(name)))
                    .collect();
                self.visit(&format!("{path}?{}", pairs.join("&"))).await;
            }
            let (name, value) = (text(HOSTILE), text(HOSTILE));
            self.visit(&format!("{path}?{name}={value}&__path={value}&__err={value}"))
                .await;
            if pattern.contains('{') {
                let segments = pattern.split('/').map(|part| {
                    if part.starts_with('{') {
                        text(HOSTILE)
                    } else {
                        part.into()
                    }
                });
                self.visit(&segments.collect::<Vec<_>>().join("/")).await;
            }
        }
    }
}

/// Whether two forms do the same on pages of the same kind: ids aside.
fn alike((page, form): &(String, Form), (other_page, other): (&str, &Form)) -> bool {
    let area = |page: &str| page.split(['/', '?']).nth(1).unwrap_or_default().to_owned();
    let names = |form: &Form| {
        form.fields
            .iter()
            .map(|field| field.name.clone())
            .collect::<Vec<_>>()
    };
    let new = |page: &str| page.split('?').next().is_some_and(|path| path.ends_with("/new"));
    form.action == other.action
        && names(form) == names(other)
        && area(page) == area(other_page)
        && new(page) == new(other_page)
}

/// The fields of the form that is posted to `action`.
fn same(page: &Page, action: &str) -> Vec<Field> {
    let form = page.forms.iter().find(|form| form.action == action);
    form.map(|form| form.fields.clone()).unwrap_or_default()
}

/// What is typed into a field that was wrong so many times.
fn filled(field: &Field, wrong: Option<usize>) -> String {
    let name = field.name.trim_start_matches("form[").trim_end_matches(']');
    if ["hidden", "select", "checkbox", "radio"].contains(&field.kind.as_str()) {
        return field.value.clone();
    }
    match (name, wrong) {
        // The name of the record that is deleted.
        ("confirm", _) => field.placeholder.clone(),
        ("password", _) => PASSWORD.into(),
        (_, None) => HOSTILE.into(),
        (_, Some(1)) if !field.value.is_empty() => field.value.clone(),
        (name, Some(1 | 2)) if name.ends_with("url") => "https://other.example/".into(),
        ("api_name" | "key" | "user_id" | "client_id", Some(1 | 2)) => "other-2".into(),
        ("recipients", Some(1 | 2)) => "ops@other.example".into(),
        ("api_origins", Some(1 | 2)) => "https://other.example".into(),
        ("name", Some(1 | 2)) => "other_2".into(),
        _ => String::new(),
    }
}

/// Names that `app` reads from an address: `query_value("name", …)` and its kin.
fn names_in_sources() -> BTreeSet<String> {
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../app/src"
    ))];
    let mut names = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for call in [
                "query_value(\"",
                "query_value_now(\"",
                "query_text(\"",
                "value_of(query, \"",
            ] {
                let read = source
                    .split(call)
                    .skip(1)
                    .filter_map(|rest| rest.split('"').next());
                names.extend(read.map(str::to_owned));
            }
        }
    }
    assert!(names.contains("next") && names.contains("origin"), "{names:?}");
    names
}
