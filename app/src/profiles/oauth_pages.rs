//! `/oauth-profiles`, `/oauth-profiles/new`, `/oauth-profiles/{id}`.

use leptos::prelude::*;
use model::{oauth_presets::OauthPreset, oauth_profile_form::OauthProfileForm, profile::OauthProfile};

use super::{
    api::{self, DiscoverProvider, OauthProfileView, UsedBy},
    oauth_form::{Around, OauthProfileFields},
    oauth_guide::OauthGuide,
    oauth_preset::{Asked, PresetChooser},
};
use crate::{
    context::{loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes, shown_once,
    ui::{
        page_head::PageHead,
        record_list::{Column, Listing, record_list},
    },
};

static LISTING: Listing<4> = Listing {
    title: "OAuth profiles",
    lead: "OAuth client registrations at providers, shared by connections.",
    new: routes::NEW_OAUTH_PROFILE,
    new_label: "New OAuth profile",
    empty: [
        "No OAuth profiles yet",
        "A profile holds what a provider knows about Switchboard as a client: its URLs, the client ID, the scopes. Connections with OAuth 2.0 name one.",
        "Make the first OAuth profile",
    ],
    columns: [
        Column::text("Name"),
        Column::text("Grant type"),
        Column::text("Token URL"),
        Column::text("Client ID"),
    ],
};

/// All OAuth profiles.
#[component]
pub fn OauthProfilesPage() -> impl IntoView {
    record_list(&LISTING, page_resource(|| (), |()| api::oauth_profiles()), cells)
}

fn cells(profile: OauthProfile) -> [AnyView; 4] {
    [
        view! { <a class="row-link" href=routes::oauth_profile(profile.id)>{profile.name}</a> }.into_any(),
        profile.grant_type.label().into_any(),
        view! { <code class="url">{profile.token_url}</code> }.into_any(),
        view! { <code>{profile.client_id}</code> }.into_any(),
    ]
}

/// A new OAuth profile. The address may name a provider and an API origin.
#[component]
pub fn NewOauthProfilePage() -> impl IntoView {
    let choices = page_resource(|| (), |()| api::protocol_profiles());
    view! {
        <PageHead title="New OAuth profile" crumbs=vec![("OAuth profiles".into(), routes::OAUTH_PROFILES.into())]/>
        {loaded(choices, |protocol_profiles| {
            let around = Around { protocol_profiles, ..Around::default() };
            form_view(routes::NEW_OAUTH_PROFILE.into(), OauthProfileForm::fresh(), around, Vec::new())
        })}
    }
}

/// One OAuth profile.
#[component]
pub fn OauthProfilePage() -> impl IntoView {
    let profile = path_parameter("profile");
    let page = page_resource(move || profile.get(), api::oauth_profile);
    loaded(page, |view| {
        let OauthProfileView {
            profile,
            secrets,
            protocol_profiles,
            used_by,
        } = view;
        let around = Around {
            secrets,
            protocol_profiles,
            said: String::new(),
        };
        let form = OauthProfileForm::of(&profile);
        let actions = view! { <DeleteButton record=Deletable::OauthProfile id=profile.id.to_string()/> };
        view! {
            <PageHead title=profile.name crumbs=vec![("OAuth profiles".into(), routes::OAUTH_PROFILES.into())] actions=actions.into_any()/>
            {form_view(routes::oauth_profile(profile.id), form, around, used_by)}
        }
        .into_any()
    })
}

/// The choice of the provider above the form, and its guide beside it.
fn form_view(page: String, mut form: OauthProfileForm, mut around: Around, used_by: Vec<UsedBy>) -> AnyView {
    let asked = Asked::of_address();
    // Without JavaScript the page comes back with what was found, and with what had been typed.
    match shown_once::of::<DiscoverProvider>().filter(|found| found.form.id == form.id) {
        Some(found) => {
            form = found.form;
            around.said = found.said;
        }
        None => asked.fill_in(&mut form),
    }
    let key = match asked.preset {
        Some(preset) => preset.key.to_owned(),
        None if form.preset.is_empty() => OauthPreset::GENERIC_KEY.to_owned(),
        None => form.preset.clone(),
    };
    let of = if asked.errors.is_empty() {
        key.clone()
    } else {
        form.preset.clone()
    };
    let preset = RwSignal::new(key);
    let applied = RwSignal::new(of);
    view! {
        <div class="columns">
            <div class="stack">
                <PresetChooser page preset applied asked/>
                <OauthProfileFields form preset=applied around/>
            </div>
            <OauthGuide preset used_by/>
        </div>
    }
    .into_any()
}
