//! `/applications`, `/applications/new`, `/applications/{id}`.

use leptos::prelude::*;
use model::forms::ApplicationForm;

use super::{api, form::ApplicationFields};
use crate::{
    context::{loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
    ui::{card::Card, page_head::PageHead, time::TimeAgo},
};

/// All applications.
#[component]
pub fn ApplicationsPage() -> impl IntoView {
    let all = page_resource(|| (), |()| api::applications());
    let lead = view! { "The scope that contains records: the unit of export, import and permission." };
    let actions = view! { <a class="button primary" href=routes::NEW_APPLICATION>"New application"</a> };
    view! {
        <PageHead title="Applications" lead=lead.into_any() actions=actions.into_any()/>
        {loaded(all, |all| {
            let rows = all.into_iter().map(|application| view! {
                <tr>
                    <td data-label="Name"><a class="row-link" href=routes::application(application.id)>{application.name}</a></td>
                    <td data-label="Key"><code>{application.key}</code></td>
                    <td data-label="Changed"><TimeAgo at=application.updated/> {format!(" by {}", application.updated_by)}</td>
                </tr>
            }).collect_view();
            view! {
                <Card title="Applications" flush=true>
                    <table class="table cards"><thead><tr><th scope="col">"Name"</th><th scope="col">"Key"</th><th scope="col">"Changed"</th></tr></thead><tbody>{rows}</tbody></table>
                </Card>
            }.into_any()
        })}
    }
}

/// A new application.
#[component]
pub fn NewApplicationPage() -> impl IntoView {
    view! {
        <PageHead title="New application" crumbs=vec![("Applications".into(), routes::APPLICATIONS.into())]/>
        <div class="form-width"><ApplicationFields form=ApplicationForm::default()/></div>
    }
}

/// One application.
#[component]
pub fn ApplicationPage() -> impl IntoView {
    let application = path_parameter("application");
    let page = page_resource(move || application.get(), api::application);
    loaded(page, |application| {
        let form = ApplicationForm::of(&application);
        let actions = view! { <DeleteButton record=Deletable::Application id=application.id.to_string()/> };
        view! {
            <PageHead title=application.name crumbs=vec![("Applications".into(), routes::APPLICATIONS.into())] actions=actions.into_any()/>
            <div class="form-width"><ApplicationFields form/></div>
        }
        .into_any()
    })
}
