//! **Provider**: the first choice of an OAuth profile. It fills in what is known, so that only the client is left.
//!
//! It is a form of its own that asks for the page again with the choice in the address, and so works without JavaScript.
//! Once the page is live it writes into the fields below, and what was typed there stays.

use leptos::{ev, prelude::*};
use leptos_router::params::ParamsMap;
use model::{
    FieldErrors,
    oauth_preset_fill::add_line,
    oauth_presets::{OauthPreset, Placeholder},
    oauth_profile_form::OauthProfileForm,
    origin::Origin,
};

use super::oauth_form::PREFIX;
use crate::{
    address::{self, value_of},
    ui::{card::Card, fill, text_field::FieldNotes},
};

/// What the address asks for: a preset with the values of its placeholders, and an API origin.
#[derive(Clone, Default)]
pub struct Asked {
    pub preset: Option<&'static OauthPreset>,
    /// By the placeholder's key, as typed.
    values: Vec<(&'static str, String)>,
    pub errors: FieldErrors,
    origin: Option<Origin>,
}

impl Asked {
    /// Reads the address of the page once: what is typed later is not overwritten by it.
    pub fn of_address() -> Self {
        address::query_now(Self::of)
    }

    fn of(query: &ParamsMap) -> Self {
        let text = |name: &str| value_of(query, name, address::text).unwrap_or_default();
        let preset = value_of(query, "preset", OauthPreset::find);
        let placeholders = OauthPreset::ALL.iter().flat_map(|preset| preset.placeholders);
        let values: Vec<_> = placeholders.map(|one| (one.key, text(one.key))).collect();
        let errors = preset.map_or_else(FieldErrors::default, |preset| {
            preset.values(|key| typed(&values, key)).err().unwrap_or_default()
        });
        Self {
            preset,
            values,
            errors,
            origin: value_of(query, "origin", |text| Origin::parse(text).ok()),
        }
    }

    /// Puts what is asked for into the form.
    pub fn fill_in(&self, form: &mut OauthProfileForm) {
        if let Some(preset) = self.preset
            && let Ok(values) = preset.values(|key| typed(&self.values, key))
        {
            preset.fill_in(form, &values);
        }
        if let Some(origin) = &self.origin {
            add_line(&mut form.api_origins, origin.as_str());
        }
    }
}

fn typed(values: &[(&'static str, String)], key: &str) -> String {
    values
        .iter()
        .find(|(name, _)| *name == key)
        .map_or_else(String::new, |(_, value)| value.clone())
}

/// The choice of the provider.
#[component]
pub fn PresetChooser(
    /// This page, which is asked for again without JavaScript.
    page: String,
    /// Key of the chosen preset, whose guide is shown.
    preset: RwSignal<String>,
    /// Key of the preset that the form was filled with. What cannot be filled in changes nothing.
    applied: RwSignal<String>,
    /// What the address asks for.
    asked: Asked,
) -> impl IntoView {
    let errors = RwSignal::new(asked.errors.clone());
    let options = OauthPreset::ALL
        .iter()
        .map(|one| {
            let chosen = preset.with_untracked(|key| key == one.key);
            view! { <option value=one.key selected=chosen>{one.label}</option> }
        })
        .collect_view();
    let placeholders = OauthPreset::ALL
        .iter()
        .flat_map(|one| one.placeholders.iter().map(|placeholder| (one.key, placeholder)))
        .map(|(key, placeholder)| {
            placeholder_field(key, *placeholder, typed(&asked.values, placeholder.key), errors)
        })
        .collect_view();
    let apply = move |key: String| {
        let filled = fill_fields(&key);
        if filled.is_ok() {
            applied.set(key);
        }
        filled.err().unwrap_or_default()
    };
    let on_choice = move |event: ev::Event| {
        preset.set(event_target_value(&event));
        errors.set(FieldErrors::default());
        // What is incomplete waits for its values without a complaint.
        let _ = apply(event_target_value(&event));
    };
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        errors.set(apply(preset.get_untracked()));
    };
    view! {
        <Card title="Begin with a provider" note="fills in what is known about it">
            <form method="get" action=page class="preset" on:submit=on_submit>
                <div class="two">
                    <div class="field">
                        <label for="preset">"Provider"</label>
                        <select class="input" id="preset" name="preset" autocomplete="off" on:change=on_choice>{options}</select>
                    </div>
                    {placeholders}
                    <p class="actions"><button type="submit" class="button">"Fill in"</button></p>
                </div>
                {asked.origin.map(|origin| view! { <input type="hidden" name="origin" value=String::from(origin)/> })}
            </form>
        </Card>
    }
}

fn placeholder_field(
    preset: &'static str,
    placeholder: Placeholder,
    value: String,
    errors: RwSignal<FieldErrors>,
) -> AnyView {
    let id = placeholder_id(placeholder.key);
    let invalid =
        Signal::derive(move || errors.with(|errors| errors.get(placeholder.key).map(model::Invalid::text)));
    view! {
        <div class="field of-preset" data-preset=preset>
            <label for=id.clone()>{placeholder.label}</label>
            <input
                class="input mono"
                id=id.clone()
                name=placeholder.key
                value=value
                autocomplete="off"
                spellcheck="false"
                aria-invalid=move || invalid.get().is_some().then_some("true")
                aria-describedby=format!("{id}-hint {id}-error")
            />
            <FieldNotes id hint=placeholder.hint.to_owned() invalid/>
        </div>
    }
    .into_any()
}

fn placeholder_id(key: &str) -> String {
    format!("preset-{key}")
}

/// Writes what is known into the fields on the page.
fn fill_fields(key: &str) -> Result<(), FieldErrors> {
    let Some(preset) = OauthPreset::find(key) else {
        return Ok(());
    };
    let values = preset.values(|key| fill::read(&placeholder_id(key)).unwrap_or_default())?;
    let mut form = typed_form();
    preset.fill_in(&mut form, &values);
    write_form(&form);
    Ok(())
}

/// What stands in the fields on the page, but for the secrets.
pub fn typed_form() -> OauthProfileForm {
    let empty = serde_json::to_value(OauthProfileForm::default()).unwrap_or_default();
    let mut fields = serde_json::Map::new();
    for name in empty.as_object().into_iter().flat_map(serde_json::Map::keys) {
        if let Some(value) = fill::read(&format!("{PREFIX}-{name}")) {
            fields.insert(name.clone(), value.into());
        }
    }
    serde_json::from_value(fields.into()).unwrap_or_default()
}

/// Writes a form into the fields on the page. Choices come first, because they show other fields.
pub fn write_form(form: &OauthProfileForm) {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(form) else {
        return;
    };
    let choices = ["grant_type", "client_authentication"];
    let others = fields
        .keys()
        .map(String::as_str)
        .filter(|name| !choices.contains(name));
    for name in choices.into_iter().chain(others) {
        if let Some(value) = fields.get(name).and_then(serde_json::Value::as_str) {
            fill::write(&format!("{PREFIX}-{name}"), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&'static str, &str)]) -> Asked {
        let mut query = ParamsMap::new();
        for (name, value) in pairs {
            query.insert(*name, (*value).to_owned());
        }
        Asked::of(&query)
    }

    fn filled(asked: &Asked) -> OauthProfileForm {
        let mut form = OauthProfileForm::fresh();
        asked.fill_in(&mut form);
        form
    }

    #[test]
    fn the_address_fills_the_form() {
        let asked = asked(&[
            ("preset", "servicenow"),
            ("instance", "acme"),
            ("origin", "https://api.example.com"),
        ]);
        let form = filled(&asked);
        assert!(asked.errors.is_empty());
        assert_eq!(form.token_url, "https://acme.service-now.com/oauth_token.do");
        assert_eq!(
            form.api_origins,
            "https://acme.service-now.com\nhttps://api.example.com"
        );
    }

    #[test]
    fn a_wrong_address_fills_nothing_and_says_why() {
        let wrong = asked(&[("preset", "servicenow"), ("instance", "evil.example/")]);
        assert!(wrong.errors.get("instance").is_some());
        assert_eq!(filled(&wrong).token_url, "");
        for origin in [
            "javascript:alert(1)",
            "https://x</textarea><meta http-equiv=refresh>",
            "https://api.example.com/path",
        ] {
            let unknown = asked(&[("preset", "nobody"), ("origin", origin)]);
            assert_eq!(filled(&unknown).api_origins, "", "{origin}");
            assert!(unknown.preset.is_none() && unknown.origin.is_none());
        }
    }
}
