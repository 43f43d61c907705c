//! `/oauth-profiles`, `/oauth-profiles/new`, `/oauth-profiles/{id}`.

use leptos::prelude::*;
use model::{oauth_presets::OauthPreset, oauth_profile_form::OauthProfileForm};

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
    ui::{card::Card, empty_state::EmptyState, page_head::PageHead},
};

/// All OAuth profiles.
#[component]
pub fn OauthProfilesPage() -> impl IntoView {
    let all = page_resource(|| (), |()| api::oauth_profiles());
    let lead = view! { "OAuth client registrations at providers, shared by connections." };
    let actions = view! { <a class="button primary" href=routes::NEW_OAUTH_PROFILE>"New OAuth profile"</a> };
    view! {
        <PageHead title="OAuth profiles" lead=lead.into_any() actions=actions.into_any()/>
        {loaded(all, |all| {
            if all.is_empty() {
                return view! {
                    <Card title="OAuth profiles" flush=true>
                        <EmptyState title="No OAuth profiles yet" text="A profile holds what a provider knows about Switchboard as a client: its URLs, the client ID, the scopes. Connections with OAuth 2.0 name one.">
                            <a class="button primary" href=routes::NEW_OAUTH_PROFILE>"Make the first OAuth profile"</a>
                        </EmptyState>
                    </Card>
                }.into_any();
            }
            let rows = all.into_iter().map(|profile| view! {
                <tr>
                    <td data-label="Name"><a class="row-link" href=routes::oauth_profile(profile.id)>{profile.name}</a></td>
                    <td data-label="Grant type">{profile.grant_type.label()}</td>
                    <td data-label="Token URL"><code class="url">{profile.token_url}</code></td>
                    <td data-label="Client ID"><code>{profile.client_id}</code></td>
                </tr>
            }).collect_view();
            view! {
                <Card title="OAuth profiles" flush=true>
                    <table class="table cards"><thead><tr><th scope="col">"Name"</th><th scope="col">"Grant type"</th><th scope="col">"Token URL"</th><th scope="col">"Client ID"</th></tr></thead><tbody>{rows}</tbody></table>
                </Card>
            }.into_any()
        })}
    }
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
    let stored = if form.preset.is_empty() {
        OauthPreset::GENERIC_KEY.to_owned()
    } else {
        form.preset.clone()
    };
    let key = asked
        .preset
        .map_or_else(|| stored.clone(), |preset| preset.key.to_owned());
    let of = if asked.errors.is_empty() {
        key.clone()
    } else {
        stored
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
