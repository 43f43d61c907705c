//! `/protocol-profiles`, `/protocol-profiles/new`, `/protocol-profiles/{id}`.

use leptos::prelude::*;
use model::{forms::ProtocolProfileForm, profile::ProtocolProfile};

use super::{api, certificates::DaysLeft, protocol_form::ProtocolProfileFields};
use crate::{
    context::{loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
    ui::{
        badge::Pill,
        page_head::PageHead,
        record_list::{Column, Listing, record_list},
        time::changed,
    },
};

static LISTING: Listing<4> = Listing {
    title: "Protocol profiles",
    lead: "TLS material for mutual authentication, shared by connections.",
    new: routes::NEW_PROTOCOL_PROFILE,
    new_label: "New protocol profile",
    empty: [
        "No protocol profiles yet",
        "A protocol profile says how TLS is spoken with a target that wants a client certificate. Connections with Mutual auth name one.",
        "Make the first protocol profile",
    ],
    columns: [
        Column::text("Name"),
        Column::text("Certificate"),
        Column::text("Minimum TLS version"),
        Column::text("Changed"),
    ],
};

/// All protocol profiles.
#[component]
pub fn ProtocolProfilesPage() -> impl IntoView {
    record_list(
        &LISTING,
        page_resource(|| (), |()| api::protocol_profiles()),
        cells,
    )
}

fn cells(profile: ProtocolProfile) -> [AnyView; 4] {
    [
        view! { <a class="row-link" href=routes::protocol_profile(profile.id)>{profile.name.clone()}</a> }
            .into_any(),
        certificate_cell(&profile),
        profile.minimum_tls.label().into_any(),
        changed(profile.updated, &profile.updated_by),
    ]
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
