//! The description of the REST API (OpenAPI 3.1). Written by hand in `openapi.json`; tests keep its routes
//! and the fields of its forms true.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

static TEXT: LazyLock<String> =
    LazyLock::new(|| include_str!("openapi.json").replace("{version}", env!("CARGO_PKG_VERSION")));

/// The document, with the version of this program.
pub fn text() -> &'static str {
    &TEXT
}

/// `GET /api/v1/openapi.json`.
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text()).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use model::{
        connection_form::ConnectionForm,
        forms::{
            ApplicationForm, ClientSecretForm, InboundCredentialForm, InboundUserForm, IntegrationForm,
            MessageForm, OauthClientForm, PasteForm, ProcessForm, ProtocolProfileForm, SwitchForm,
        },
        installation::AcceptForm,
        notification::ChannelForm,
        oauth_profile_form::OauthProfileForm,
    };
    use serde::Serialize;
    use serde_json::Value;

    use super::text;

    /// The fields of a form but for those the path gives or nobody reads.
    fn fields<F: Default + Serialize>(given: &[&str]) -> BTreeSet<String> {
        let form = serde_json::to_value(F::default()).unwrap();
        let fields = form.as_object().unwrap().keys().cloned();
        fields.filter(|name| !given.contains(&name.as_str())).collect()
    }

    #[test]
    fn every_form_is_described_with_its_fields() {
        let forms = BTreeMap::from([
            ("AcceptForm", fields::<AcceptForm>(&[])),
            ("ApplicationForm", fields::<ApplicationForm>(&["id"])),
            ("ProcessForm", fields::<ProcessForm>(&["id"])),
            ("IntegrationForm", fields::<IntegrationForm>(&["id"])),
            ("MessageForm", fields::<MessageForm>(&["id", "integration"])),
            ("ConnectionForm", fields::<ConnectionForm>(&["id", "integration"])),
            ("SwitchForm", fields::<SwitchForm>(&["id"])),
            ("InboundUserForm", fields::<InboundUserForm>(&["id"])),
            (
                "InboundCredentialForm",
                fields::<InboundCredentialForm>(&["id", "inbound_user", "version"]),
            ),
            ("OauthClientForm", fields::<OauthClientForm>(&["id"])),
            ("ClientSecretForm", fields::<ClientSecretForm>(&["id", "version"])),
            ("OauthProfileForm", fields::<OauthProfileForm>(&["id"])),
            ("ProtocolProfileForm", fields::<ProtocolProfileForm>(&["id"])),
            ("ChannelForm", fields::<ChannelForm>(&["id"])),
            ("PasteForm", fields::<PasteForm>(&["id", "version"])),
        ]);
        let document: Value = serde_json::from_str(text()).unwrap();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let described: BTreeMap<_, BTreeSet<String>> = schemas
            .iter()
            .filter(|(name, _)| name.ends_with("Form"))
            .map(|(name, schema)| {
                let properties = schema["properties"].as_object().unwrap();
                (name.as_str(), properties.keys().cloned().collect())
            })
            .collect();
        assert_eq!(described, forms);
    }
}
