//! Authentication and the fields it reveals.

use leptos::prelude::*;
use model::{
    connection::{ApiKeyPlace, Authentication},
    connection_form::{ConnectionForm, needed_secret},
    profile::{GrantType, OauthProfile},
    target_url::EndpointUrl,
};

use super::form::Secrets;
use crate::{
    context::refreshed,
    live::{Topic, version},
    profiles::api::oauth_profiles,
    routes,
    ui::{
        copy_button::CopyButton,
        fill,
        form_state::FormState,
        revealed::Revealed,
        secret_field::SecretField,
        select_field::{SelectField, choices_of},
        text_field::TextField,
    },
};

/// The OAuth profiles there are now: one that was made in another tab can be chosen without loading the page again.
#[derive(Clone, Copy)]
pub struct FreshProfiles(Signal<Vec<OauthProfile>>);

impl FreshProfiles {
    /// Puts them into the context of a page with the form. To be called by the page itself: what is fetched inside of a
    /// part that waits for something else would be told apart by another number in the browser than on the server.
    pub fn provide() {
        let all = refreshed(|| ((), version(Topic::Design)), |()| oauth_profiles());
        provide_context(Self(Signal::derive(move || {
            all.get().and_then(Result::ok).flatten().unwrap_or_default()
        })));
    }
}

/// The choice, a line on what it is good for, its fields, and what switching away will clear.
#[component]
pub fn AuthenticationFields(
    /// What is stored.
    form: ConnectionForm,
    /// OAuth profiles to choose from.
    profiles: Vec<OauthProfile>,
    /// What is known about the stored secrets.
    secrets: Secrets,
    /// What to register at an OAuth provider; blank until the connection is saved.
    redirect_url: String,
) -> impl IntoView {
    let stored = form.chosen_authentication();
    let chosen = FormState::here().choice("authentication", stored.word().into());
    let chosen = Memo::new(move |_| Authentication::parse(&chosen.get()).unwrap_or(Authentication::None));
    let has_secret = [&secrets.password, &secrets.api_key, &secrets.token]
        .iter()
        .any(|secret| secret.is_some());
    let clears = move || {
        (has_secret && chosen.get() != stored).then(|| {
            let what = match needed_secret(stored) {
                Some("password") => "user and password",
                Some("api_key") => "API key",
                Some("token") => "token",
                _ => "credentials",
            };
            view! { <p class="notice warn" role="status">{format!("Saving clears the stored {what}.")}</p> }
        })
    };
    let choices = profile_choices(&profiles);
    let fresh = use_context::<FreshProfiles>().map(|FreshProfiles(fresh)| fresh);
    let all = {
        let first = profiles.clone();
        Signal::derive(move || {
            let mut all = first.clone();
            let came = fresh.map_or_else(Vec::new, |fresh| fresh.get());
            let came = came
                .into_iter()
                .filter(|one| !first.iter().any(|known| known.id == one.id));
            all.extend(came);
            all
        })
    };
    choose_what_was_made(profiles, all, FormState::here().html_id("oauth_profile"));
    let fresh = Signal::derive(move || fresh.map_or_else(Vec::new, |fresh| profile_choices(&fresh.get())));
    let no_profiles = choices.is_empty();
    let chosen_profile = FormState::here().choice("oauth_profile", form.oauth_profile.clone());
    let stored_profile = form.oauth_profile.clone();
    let about_profile = move || {
        let shown_below = stored == Authentication::Oauth2 && chosen_profile.get() == stored_profile;
        about_profile(&all.get(), &chosen_profile.get(), &redirect_url, shown_below)
    };
    let word = stored.word();
    // Where the tokens will go is known already.
    let origin = EndpointUrl::parse(&form.endpoint_url).map(|url| url.origin());
    let new_profile = routes::new_oauth_profile_for(&origin.unwrap_or_default());
    let endpoint_id = FormState::here().html_id("endpoint_url");
    view! {
        <SelectField name="authentication" label="Authentication" value=word choices=choices_of!(Authentication)/>
        <p class="advice" aria-live="polite">{move || chosen.get().advice()}</p>
        {clears}
        <Revealed field="password" stored=word>
            <TextField name="user" label="User" value=form.user.clone()/>
            <SecretField name="password" label="Password" state=secrets.password referable=true/>
        </Revealed>
        <Revealed field="oauth_profile" stored=word>
            <SelectField name="oauth_profile" label="OAuth profile" value=form.oauth_profile.clone() choices fresh blank="Choose an OAuth profile"/>
            {about_profile}
            <p class="hint">{no_profiles.then_some("There is none yet. ")}<a href=new_profile target="_blank" rel="noopener" on:click=move |event| take_origin_along(&event, &endpoint_id)>"New OAuth profile"</a>" opens in a new tab."</p>
        </Revealed>
        <Revealed field="api_key" stored=word>
            <SecretField name="api_key" label="API key" state=secrets.api_key referable=true/>
            <div class="two">
                <SelectField name="api_key_place" label="Send API key in" value=form.api_key_place.clone() choices=choices_of!(ApiKeyPlace)/>
                <TextField name="api_key_name" label="API key name" value=form.api_key_name.clone() mono=true placeholder="X-API-Key"/>
            </div>
        </Revealed>
        <Revealed field="token" stored=word>
            <SecretField name="token" label="Token" state=secrets.token referable=true/>
        </Revealed>
    }
}

/// Leads to a new profile that may send its tokens to the Endpoint URL as it was typed, saved or not.
fn take_origin_along(event: &leptos::ev::MouseEvent, endpoint_id: &str) {
    let typed = fill::read(endpoint_id).unwrap_or_default();
    if let Ok(url) = EndpointUrl::parse(&typed) {
        let link = event_target::<web_sys::Element>(event);
        let _ = link.set_attribute("href", &routes::new_oauth_profile_for(&url.origin()));
    }
}

/// **Open …** for the record that is chosen, in a tab of its own, so that what is being typed stays.
pub fn opened(chosen: &str, names: &[(String, String)], href: impl Fn(&str) -> String) -> Option<AnyView> {
    let (id, name) = names.iter().find(|(id, _)| id == chosen)?;
    let text = format!("Open {name}");
    Some(view! { <a href=href(id) target="_blank" rel="noopener">{text}</a> }.into_any())
}

/// Below the choice of the profile: the way to its page, and what its provider has to know. What the card of the token says
/// already is not said again.
fn about_profile(all: &[OauthProfile], chosen: &str, redirect_url: &str, told: bool) -> AnyView {
    let Some(profile) = all.iter().find(|profile| profile.id.to_string() == chosen) else {
        return view! { <p class="hint">"Without one the connection can be saved, but neither tested nor enabled."</p> }
            .into_any();
    };
    let names = [(profile.id.to_string(), profile.name.clone())];
    let open = opened(chosen, &names, |id| routes::oauth_profile(id));
    let needs_person = profile.grant_type == GrantType::AuthorizationCode;
    let redirect = (needs_person && !told).then(|| {
        if redirect_url.is_empty() {
            return view! { <p class="hint">"Its redirect URL for the provider is shown here once the connection is saved."</p> }
                .into_any();
        }
        let url = redirect_url.to_owned();
        view! {
            <p class="hint">"Redirect URL to register at the provider: " <code class="break-all">{url.clone()}</code> " " <CopyButton text=url label="Copy redirect URL"/></p>
        }
        .into_any()
    });
    view! { <p class="hint">{open}</p>{redirect} }.into_any()
}

/// A profile that was made in another tab while none was chosen here is the one that was wanted.
fn choose_what_was_made(first: Vec<OauthProfile>, all: Signal<Vec<OauthProfile>>, select: String) {
    let known = StoredValue::new(first.iter().map(|profile| profile.id).collect::<Vec<_>>());
    Effect::new(move || {
        let came = all.with(|all| {
            let came = all
                .iter()
                .filter(|profile| known.with_value(|known| !known.contains(&profile.id)));
            came.map(|profile| profile.id).collect::<Vec<_>>()
        });
        let Some(last) = came.last().copied() else { return };
        known.update_value(|known| known.extend(came));
        let select = select.clone();
        // After the new options have been rendered.
        request_animation_frame(move || {
            if fill::read(&select).is_some_and(|chosen| chosen.is_empty()) {
                fill::write(&select, &last.to_string());
            }
        });
    });
}

/// Id and text of each profile.
fn profile_choices(profiles: &[OauthProfile]) -> Vec<(String, String)> {
    profiles
        .iter()
        .map(|profile| {
            let grant = profile.grant_type.label().to_lowercase();
            (profile.id.to_string(), format!("{}, {grant}", profile.name))
        })
        .collect()
}
