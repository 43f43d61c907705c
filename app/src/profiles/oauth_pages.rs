//! `/oauth-profiles`, `/oauth-profiles/new`, `/oauth-profiles/{id}`.

use leptos::prelude::*;
use model::oauth_profile_form::OauthProfileForm;

use super::{api, oauth_form::OauthProfileFields};
use crate::{
    context::{loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
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

/// A new OAuth profile.
#[component]
pub fn NewOauthProfilePage() -> impl IntoView {
    view! {
        <PageHead title="New OAuth profile" crumbs=vec![("OAuth profiles".into(), routes::OAUTH_PROFILES.into())]/>
        <div class="form-width"><OauthProfileFields form=OauthProfileForm::fresh()/></div>
    }
}

/// One OAuth profile.
#[component]
pub fn OauthProfilePage() -> impl IntoView {
    let profile = path_parameter("profile");
    let page = page_resource(move || profile.get(), api::oauth_profile);
    loaded(page, |profile| {
        let form = OauthProfileForm::of(&profile);
        let actions = view! { <DeleteButton record=Deletable::OauthProfile id=profile.id.to_string()/> };
        view! {
            <PageHead title=profile.name crumbs=vec![("OAuth profiles".into(), routes::OAUTH_PROFILES.into())] actions=actions.into_any()/>
            <div class="form-width"><OauthProfileFields form/></div>
        }
        .into_any()
    })
}
