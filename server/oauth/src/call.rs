//! A call to a provider, ready to be sent by `egress`.

use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use crate::{
    grant::Asked,
    mask::{MASKED, Mask},
};

/// A POST of a form to a provider.
#[derive(Debug, Clone)]
pub struct HttpCall {
    pub(crate) asked: Asked,
    pub(crate) url: Url,
    /// Secret values are marked sensitive.
    pub(crate) headers: HeaderMap,
    pub(crate) form: Vec<FormField>,
    /// Secrets that are part of a header.
    pub(crate) header_secrets: Vec<SecretString>,
    pub(crate) needs_client_certificate: bool,
}

/// A field of the form.
#[derive(Debug, Clone)]
pub struct FormField {
    pub name: String,
    pub value: SecretString,
    /// Whether the value is shown as [`MASKED`].
    pub secret: bool,
}

/// A call as people may see it, secrets replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCall {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub form: Vec<(String, String)>,
}

/// Fields of the protocol whose value is shown. Every other one is hidden: a field that a new grant brings is hidden
/// until it is listed here.
const OPEN_FIELDS: [&str; 7] = [
    "client_assertion_type",
    "client_id",
    "grant_type",
    "redirect_uri",
    "scope",
    "token_type_hint",
    "username",
];

/// Fields whose value is hidden even where a person configured it.
const SECRET_FIELDS: [&str; 9] = [
    "assertion",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "password",
    "refresh_token",
    "token",
];

impl FormField {
    /// A field of the protocol.
    pub(crate) fn new(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: SecretString::from(value),
            secret: !OPEN_FIELDS.contains(&name),
        }
    }

    /// A field that a person configured, which is no secret.
    pub(crate) fn configured(name: &str, value: &str) -> Self {
        Self {
            secret: SECRET_FIELDS.contains(&name),
            ..Self::new(name, value)
        }
    }
}

impl HttpCall {
    /// What the call asks for.
    pub fn asked(&self) -> Asked {
        self.asked
    }

    /// Always POST (RFC 6749 3.2).
    pub fn method(&self) -> http::Method {
        http::Method::POST
    }

    /// Where it goes.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Its headers; the Authorization header is marked sensitive.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether the connection must show the client certificate (RFC 8705).
    pub fn needs_client_certificate(&self) -> bool {
        self.needs_client_certificate
    }

    /// The fields of the form, in order.
    pub fn form(&self) -> &[FormField] {
        &self.form
    }

    /// The body: the form, encoded.
    pub fn body(&self) -> SecretString {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for field in &self.form {
            body.append_pair(&field.name, field.value.expose_secret());
        }
        body.finish().into()
    }

    /// Every secret in it, for the mask.
    pub fn secrets(&self) -> Vec<SecretString> {
        let fields = self
            .form
            .iter()
            .filter(|field| field.secret)
            .map(|field| field.value.clone());
        fields.chain(self.header_secrets.iter().cloned()).collect()
    }

    /// The call with its secrets replaced.
    pub fn shown(&self) -> ShownCall {
        let mask = self.mask();
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.as_str().to_owned(), mask.text(&shown_header(name, value)))
        };
        let field = |field: &FormField| {
            let value = if field.secret {
                MASKED.to_owned()
            } else {
                mask.text(field.value.expose_secret())
            };
            (field.name.clone(), value)
        };
        ShownCall {
            method: "POST",
            url: mask.text(self.url.as_str()),
            headers: self.headers.iter().map(header).collect(),
            form: self.form.iter().map(field).collect(),
        }
    }

    /// `text` with every secret of this call replaced: providers repeat what they were sent.
    pub fn masked(&self, text: &str) -> String {
        self.mask().text(text)
    }

    fn mask(&self) -> Mask {
        let mut mask = Mask::default();
        mask.extend(self.secrets());
        mask
    }
}

/// Authentication schemes whose name stays readable in front of hidden credentials.
const SCHEMES: [&str; 6] = ["Basic", "Bearer", "Digest", "DPoP", "MAC", "Token"];

/// A header as people may see it: of a value marked sensitive nothing is shown but the authentication scheme.
pub fn shown_header(name: &http::HeaderName, value: &http::HeaderValue) -> String {
    if !value.is_sensitive() {
        return String::from_utf8_lossy(value.as_bytes()).into_owned();
    }
    let authenticates = [http::header::AUTHORIZATION, http::header::PROXY_AUTHORIZATION].contains(name);
    let scheme = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .map(|(scheme, _)| scheme)
        .filter(|scheme| authenticates && SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)));
    match scheme {
        Some(scheme) => format!("{scheme} {MASKED}"),
        None => MASKED.to_owned(),
    }
}
