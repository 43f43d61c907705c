//! Filling an OAuth profile form with what is known about a provider.

use crate::{
    FieldErrors,
    forms::mark,
    oauth_presets::{OauthPreset, Placeholder, fill},
    oauth_profile_form::OauthProfileForm,
    profile::GrantType,
};

/// Checked values of a preset's placeholders: key and value.
pub type PlaceholderValues = Vec<(&'static str, String)>;

impl OauthPreset {
    /// Checks what was typed for the placeholders; `typed` gives the text of one by its key.
    ///
    /// # Errors
    /// By the placeholder's key, beside which it is shown.
    pub fn values(&self, typed: impl Fn(&str) -> String) -> Result<PlaceholderValues, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut values = Vec::new();
        for placeholder in self.placeholders {
            let text = typed(placeholder.key);
            if let Some(value) = errors.keep(placeholder.key, Placeholder::parse(&text)) {
                values.push((placeholder.key, value.to_owned()));
            }
        }
        errors.into_result().map(|()| values)
    }

    /// Puts into the form what is known: URLs, scopes, parameters, how refresh tokens live, where tokens may go. The
    /// grant stays when the provider offers it. Of a provider that is not known only the key is noted, and how often a
    /// refresh token is kept alive when nothing else was entered.
    pub fn fill_in(&self, form: &mut OauthProfileForm, values: &[(&'static str, String)]) {
        form.preset = self.key.into();
        if self.key == Self::GENERIC_KEY {
            let lives = [&form.inactivity_days, &form.absolute_days, &form.refresh_days];
            if lives.iter().all(|days| days.is_empty()) {
                form.inactivity_days = days(self.inactivity_days);
            }
            return;
        }
        let values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
        if form.name.trim().is_empty() {
            form.name = self.label.split(" (").next().unwrap_or_default().into();
        }
        self.choose_grant(form);
        form.client_authentication = self.client_authentication.word().into();
        form.authorization_url = fill(self.authorization_url, &values);
        form.token_url = fill(self.token_url, &values);
        form.audience = self.audience.into();
        let lines: Vec<String> = self
            .authorization_parameters
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        form.authorization_parameters = lines.join("\n");
        form.pkce = mark(true);
        form.rotates = mark(self.rotates);
        form.inactivity_days = days(self.inactivity_days);
        form.absolute_days = days(self.absolute_days);
        form.refresh_days = days(self.refresh_lifespan_days);
        for origin in self.api_origins {
            add_line(&mut form.api_origins, &fill(origin, &values));
        }
    }

    fn choose_grant(&self, form: &mut OauthProfileForm) {
        let chosen = GrantType::parse(&form.grant_type);
        let grant = self
            .grants
            .iter()
            .find(|grant| Some(grant.grant_type) == chosen)
            .or(self.grants.first());
        if let Some(grant) = grant {
            form.grant_type = grant.grant_type.word().into();
            form.scopes = grant.scopes.into();
        }
    }
}

/// Adds a line that is not there yet.
pub fn add_line(lines: &mut String, line: &str) {
    if line.is_empty() || lines.split_whitespace().any(|known| known == line) {
        return;
    }
    if !lines.trim().is_empty() {
        lines.push('\n');
    }
    lines.push_str(line);
}

fn days(days: Option<u16>) -> String {
    days.map_or_else(String::new, |days| days.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(key: &str, typed: &str, mut form: OauthProfileForm) -> OauthProfileForm {
        let preset = OauthPreset::find(key).unwrap();
        let values = preset.values(|_| typed.to_owned()).unwrap();
        preset.fill_in(&mut form, &values);
        form
    }

    #[test]
    fn every_known_provider_needs_only_the_client_afterwards() {
        for preset in OauthPreset::ALL {
            let form = OauthProfileForm {
                client_id: "abc".into(),
                ..filled(preset.key, "acme", OauthProfileForm::fresh())
            };
            if preset.key != OauthPreset::GENERIC_KEY {
                let checked = form
                    .check()
                    .unwrap_or_else(|errors| panic!("{}: {errors:?}", preset.key));
                assert!(!checked.api_origins.is_empty(), "{}", preset.key);
            }
            assert_eq!(form.preset, preset.key);
        }
    }

    #[test]
    fn atlassian_is_asked_the_way_it_wants() {
        let form = filled("atlassian", "", OauthProfileForm::fresh());
        assert_eq!(form.name, "Atlassian");
        assert_eq!(form.audience, "api.atlassian.com");
        assert_eq!(form.authorization_parameters, "prompt=consent");
        assert_eq!(
            (form.rotates.as_str(), form.inactivity_days.as_str()),
            ("on", "90")
        );
        assert_eq!(form.client_authentication, "body");
        assert!(form.scopes.contains("offline_access"));
    }

    #[test]
    fn the_grant_stays_where_it_is_offered_and_typed_origins_are_kept() {
        let form = OauthProfileForm {
            name: "Mine".into(),
            grant_type: "client_credentials".into(),
            api_origins: "https://api.example.com".into(),
            ..OauthProfileForm::fresh()
        };
        let form = filled("entra", "contoso.onmicrosoft.com", form);
        assert_eq!(
            (form.name.as_str(), form.grant_type.as_str()),
            ("Mine", "client_credentials")
        );
        assert_eq!(form.scopes, "https://graph.microsoft.com/.default");
        assert_eq!(
            form.api_origins,
            "https://api.example.com\nhttps://graph.microsoft.com"
        );
        assert_eq!(
            form.token_url,
            "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token"
        );
    }

    #[test]
    fn a_placeholder_that_is_missing_or_wrong_is_named() {
        let preset = OauthPreset::find("servicenow").unwrap();
        for typed in ["", "evil.example/"] {
            let errors = preset.values(|_| typed.to_owned()).unwrap_err();
            assert!(errors.get("instance").is_some(), "{typed}");
        }
    }

    #[test]
    fn an_unknown_provider_changes_nothing_that_was_typed() {
        let typed = OauthProfileForm {
            token_url: "https://login.example.com/token".into(),
            refresh_days: "30".into(),
            ..OauthProfileForm::fresh()
        };
        let form = filled("generic", "", typed.clone());
        assert_eq!(form.token_url, typed.token_url);
        assert_eq!(form.inactivity_days, typed.inactivity_days);
    }
}
