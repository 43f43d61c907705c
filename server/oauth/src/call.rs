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

/// Fields whose value proves something. A user name does not.
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
    pub(crate) fn new(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: SecretString::from(value),
            secret: SECRET_FIELDS.contains(&name),
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
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            let text = value.to_str().unwrap_or(MASKED);
            let shown = match (value.is_sensitive(), text.split_once(' ')) {
                (false, _) => text.to_owned(),
                (true, Some((scheme, _))) => format!("{scheme} {MASKED}"),
                (true, None) => MASKED.to_owned(),
            };
            (name.as_str().to_owned(), shown)
        };
        let field = |field: &FormField| {
            let value = if field.secret {
                MASKED
            } else {
                field.value.expose_secret()
            };
            (field.name.clone(), value.to_owned())
        };
        ShownCall {
            method: "POST",
            url: self.url.to_string(),
            headers: self.headers.iter().map(header).collect(),
            form: self.form.iter().map(field).collect(),
        }
    }

    /// `text` with every secret of this call replaced: providers repeat what they were sent.
    pub(crate) fn masked(&self, text: &str) -> String {
        let mut mask = Mask::default();
        mask.extend(self.secrets());
        mask.text(text)
    }
}
