//! Credentials hidden by the place where they stand in a request, so that no secret is too short to be hidden.

use std::collections::HashMap;

use egress::Request;
use http::{HeaderMap, HeaderName, HeaderValue};
use model::{
    connection::{Connection, Header},
    target_url::{EndpointUrl, fill},
};
use url::Url;

use super::{
    prepare::{Prepared, target},
    values::Values,
};
use crate::mask::{MASKED, Mask};

/// [`MASKED`] as a URL writes it.
const MASKED_IN_URL: &str = "%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2";

/// A request's URL and headers as people may see them.
pub(crate) struct Shown {
    pub url: String,
    pub headers: Vec<(String, String)>,
}

/// Where a request carries secrets.
pub(crate) struct Places {
    /// The URL with [`MASKED_IN_URL`] in the place of secrets.
    pub(super) url: Url,
    /// Headers filled from secret variables: the value that is sent, and the one that is shown.
    headers: HashMap<HeaderName, (HeaderValue, String)>,
}

impl Places {
    /// The places in `sent`, the URL before credentials are added.
    pub(super) fn new(
        connection: &Connection,
        path: &str,
        endpoint: &EndpointUrl,
        values: &Values,
        sent: &Url,
    ) -> Self {
        let shown = target(connection, path, endpoint, |key| {
            values.shown_in_path(key, MASKED_IN_URL)
        });
        let url = shown.unwrap_or_else(|_| {
            // Without knowing where the secrets are, nothing after the origin is shown.
            let mut url = sent.clone();
            url.set_query(None);
            url.set_path(MASKED_IN_URL);
            url
        });
        Self {
            url,
            headers: HashMap::new(),
        }
    }

    /// Notes a header that was just set, and marks it sensitive, when a secret variable fills it.
    pub(super) fn note_header(&mut self, headers: &mut HeaderMap, header: &Header, values: &Values) {
        let (Ok(name), Ok(sent), Ok(shown)) = (
            HeaderName::try_from(header.name.as_str()),
            fill(&header.value, |key| values.clear(key)),
            fill(&header.value, |key| values.shown(key, MASKED)),
        ) else {
            return;
        };
        if sent == shown {
            return;
        }
        if let Some(value) = headers.get_mut(&name) {
            value.set_sensitive(true);
            self.headers.insert(name, (value.clone(), shown));
        }
    }

    fn shown(&self, request: &Request, mask: &Mask) -> Shown {
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            let text = match self.headers.get(name) {
                Some((sent, shown)) if sent == value => shown.clone(),
                _ => oauth::shown_header(name, value),
            };
            (name.to_string(), mask.text(&text))
        };
        Shown {
            url: mask.text(&self.url.as_str().replace(MASKED_IN_URL, MASKED)),
            headers: request.sent_headers().iter().map(header).collect(),
        }
    }
}

impl Prepared {
    /// The request's URL and headers for records and pages: credentials hidden by place, and by value besides.
    pub(crate) fn shown(&self) -> Shown {
        self.places.shown(&self.request, &self.mask)
    }
}
