//! `/protocol-profiles`, `/protocol-profiles/new`, `/protocol-profiles/{id}`.

use leptos::prelude::*;
use model::{forms::ProtocolProfileForm, profile::ProtocolProfile};

use super::{api, certificates::DaysLeft, protocol_form::ProtocolProfileFields};
use crate::{
    context::{loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
    ui::{badge::Pill, card::Card, empty_state::EmptyState, page_head::PageHead, time::TimeAgo},
};

/// All protocol profiles.
#[component]
pub fn ProtocolProfilesPage() -> impl IntoView {
    let all = page_resource(|| (), |()| api::protocol_profiles());
    let lead = view! { "TLS material for mutual authentication, shared by connections." };
    let actions =
        view! { <a class="button primary" href=routes::NEW_PROTOCOL_PROFILE>"New protocol profile"</a> };
    view! {
        <PageHead title="Protocol profiles" lead=lead.into_any() actions=actions.into_any()/>
        {loaded(all, |all| {
            if all.is_empty() {
                return view! {
                    <Card title="Protocol profiles" flush=true>
                        <EmptyState title="No protocol profiles yet" text="A protocol profile says how TLS is spoken with a target that wants a client certificate. Connections with Mutual auth name one.">
                            <a class="button primary" href=routes::NEW_PROTOCOL_PROFILE>"Make the first protocol profile"</a>
                        </EmptyState>
                    </Card>
                }.into_any();
            }
            let rows = all.into_iter().map(|profile| view! {
                <tr>
                    <td data-label="Name"><a class="row-link" href=routes::protocol_profile(profile.id)>{profile.name.clone()}</a></td>
                    <td data-label="Certificate">{certificate_cell(&profile)}</td>
                    <td data-label="Minimum TLS version">{profile.minimum_tls.label()}</td>
                    <td data-label="Changed"><TimeAgo at=profile.updated/> {format!(" by {}", profile.updated_by)}</td>
                </tr>
            }).collect_view();
            view! {
                <Card title="Protocol profiles" flush=true>
                    <table class="table cards"><thead><tr><th scope="col">"Name"</th><th scope="col">"Certificate"</th><th scope="col">"Minimum TLS version"</th><th scope="col">"Changed"</th></tr></thead><tbody>{rows}</tbody></table>
                </Card>
            }.into_any()
        })}
    }
}

/// Whose certificate it is and how long it lasts.
fn certificate_cell(profile: &ProtocolProfile) -> AnyView {
    match profile.certificates.first() {
        Some(own) => {
            let (from, until) = (own.not_before, own.not_after);
            view! { <span>{own.subject.clone()} " " <DaysLeft from until/></span> }.into_any()
        }
        None => view! { <span class="muted">"None yet"</span> }.into_any(),
    }
}

/// A new protocol profile.
#[component]
pub fn NewProtocolProfilePage() -> impl IntoView {
    view! {
        <PageHead title="New protocol profile" crumbs=vec![("Protocol profiles".into(), routes::PROTOCOL_PROFILES.into())]/>
        <div class="form-width"><ProtocolProfileFields form=ProtocolProfileForm::default() certificates=Vec::new() authorities=Vec::new()/></div>
    }
}

/// One protocol profile.
#[component]
pub fn ProtocolProfilePage() -> impl IntoView {
    let profile = path_parameter("profile");
    let page = page_resource(move || profile.get(), api::protocol_profile);
    loaded(page, |profile| {
        let form = ProtocolProfileForm::of(&profile);
        let badges = profile
            .certificates
            .is_empty()
            .then(|| view! { <Pill tone="warn" text="No certificate yet"/> });
        let actions = view! { <DeleteButton record=Deletable::ProtocolProfile id=profile.id.to_string()/> };
        view! {
            <PageHead title=profile.name crumbs=vec![("Protocol profiles".into(), routes::PROTOCOL_PROFILES.into())] badges=badges.into_any() actions=actions.into_any()/>
            <div class="form-width"><ProtocolProfileFields form certificates=profile.certificates authorities=profile.authorities/></div>
        }
        .into_any()
    })
}
