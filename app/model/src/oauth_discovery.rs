//! What a provider says about itself, as the OAuth profile form takes it over.

use serde::{Deserialize, Serialize};

use crate::{forms::mark, oauth_profile_form::OauthProfileForm, profile::ClientAuthentication};

/// A provider found by its issuer (RFC 8414, OpenID Connect Discovery 1.0). Blank where its document says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FoundProvider {
    pub issuer: String,
    pub authorization_url: String,
    pub token_url: String,
    pub revocation_url: String,
    /// The token URL for clients with a certificate (RFC 8705 5).
    pub mutual_tls_token_url: String,
    /// Whether every callback will carry `iss` (RFC 9207 3).
    pub iss_promised: bool,
    /// Whether PKCE with S256 is offered, where the document says so.
    pub pkce: Option<bool>,
    /// Ways for clients to prove themselves, of those we know.
    pub client_authentications: Vec<ClientAuthentication>,
    pub scopes: Vec<String>,
}

/// Scopes named in [`FoundProvider::said`].
const SCOPES_SHOWN: usize = 12;

/// The words of RFC 7591 2 for the ways we know.
const AUTHENTICATION_WORDS: [(&str, ClientAuthentication); 5] = [
    ("client_secret_basic", ClientAuthentication::Basic),
    ("client_secret_post", ClientAuthentication::Body),
    ("private_key_jwt", ClientAuthentication::PrivateKeyJwt),
    ("tls_client_auth", ClientAuthentication::MutualTls),
    ("none", ClientAuthentication::None),
];

/// The ways we know among the words of a provider.
pub fn client_authentications(words: &[String]) -> Vec<ClientAuthentication> {
    AUTHENTICATION_WORDS
        .into_iter()
        .filter(|(word, _)| words.iter().any(|said| said == word))
        .map(|(_, authentication)| authentication)
        .collect()
}

impl FoundProvider {
    /// Puts what was found into the form. What the document does not say stays as it was typed.
    pub fn fill_in(&self, form: &mut OauthProfileForm) {
        form.issuer.clone_from(&self.issuer);
        self.choose_authentication(form);
        let mutual_tls = form.client_authentication == ClientAuthentication::MutualTls.word();
        let token_url = if mutual_tls && !self.mutual_tls_token_url.is_empty() {
            &self.mutual_tls_token_url
        } else {
            &self.token_url
        };
        for (field, found) in [
            (&mut form.authorization_url, &self.authorization_url),
            (&mut form.token_url, token_url),
            (&mut form.revocation_url, &self.revocation_url),
        ] {
            if !found.is_empty() {
                field.clone_from(found);
            }
        }
        form.iss_promised = mark(self.iss_promised);
        if self.pkce == Some(true) {
            form.pkce = mark(true);
        }
    }

    /// The chosen way stays when the provider offers it, or does not say what it offers.
    fn choose_authentication(&self, form: &mut OauthProfileForm) {
        let chosen = ClientAuthentication::parse(&form.client_authentication);
        let fits = chosen.is_some_and(|chosen| self.client_authentications.contains(&chosen));
        if let Some(first) = self.client_authentications.first().filter(|_| !fits) {
            form.client_authentication = first.word().into();
        }
    }

    /// What was found, in a sentence or two.
    pub fn said(&self) -> String {
        let found: Vec<&str> = [
            ("authorization URL", &self.authorization_url),
            ("token URL", &self.token_url),
            ("revocation URL", &self.revocation_url),
        ]
        .into_iter()
        .filter(|(_, url)| !url.is_empty())
        .map(|(name, _)| name)
        .collect();
        let said = format!("Found and filled in: {}.", found.join(", "));
        if self.scopes.is_empty() {
            return said;
        }
        let shown: Vec<&str> = self
            .scopes
            .iter()
            .take(SCOPES_SHOWN)
            .map(String::as_str)
            .collect();
        let more = if self.scopes.len() > SCOPES_SHOWN {
            " …"
        } else {
            ""
        };
        format!("{said} Scopes it offers: {}{more}.", shown.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> FoundProvider {
        FoundProvider {
            issuer: "https://login.example.com".into(),
            authorization_url: "https://login.example.com/authorize".into(),
            token_url: "https://login.example.com/token".into(),
            mutual_tls_token_url: "https://mtls.example.com/token".into(),
            iss_promised: true,
            pkce: Some(true),
            scopes: vec!["openid".into(), "offline_access".into()],
            ..FoundProvider::default()
        }
    }

    #[test]
    fn what_the_document_does_not_say_stays() {
        let mut form = OauthProfileForm {
            client_authentication: "body".into(),
            revocation_url: "https://typed.example.com/revoke".into(),
            ..OauthProfileForm::default()
        };
        found().fill_in(&mut form);
        assert_eq!(form.token_url, "https://login.example.com/token");
        assert_eq!(form.revocation_url, "https://typed.example.com/revoke");
        assert_eq!(
            (
                form.client_authentication.as_str(),
                form.pkce.as_str(),
                form.iss_promised.as_str()
            ),
            ("body", "on", "on")
        );
        assert!(
            found()
                .said()
                .contains("authorization URL, token URL. Scopes it offers: openid offline_access.")
        );
    }

    #[test]
    fn a_way_to_prove_the_client_that_is_not_offered_is_replaced() {
        let words = ["tls_client_auth".to_owned(), "attest_jwt".to_owned()];
        let found = FoundProvider {
            client_authentications: client_authentications(&words),
            ..found()
        };
        let mut form = OauthProfileForm::fresh();
        found.fill_in(&mut form);
        assert_eq!(form.client_authentication, "mutual_tls");
        assert_eq!(form.token_url, "https://mtls.example.com/token");
    }
}
