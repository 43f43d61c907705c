//! The Connection Test as a page: for browsers without JavaScript, and to open a stored result.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::id::ConnectionTestId;

use super::{api, steps::Steps, test_report::TestReportView};
use crate::{
    address::{parsed, query_value},
    context::{loaded, page_resource, path_parameter},
    routes,
    ui::{
        form::{Form, Submit},
        page_head::PageHead,
        time::TimeAgo,
    },
};

/// `…/test`, with `?result=` the stored result.
#[component]
pub fn TestPage() -> impl IntoView {
    let (integration, connection) = (path_parameter("integration"), path_parameter("connection"));
    let result = query_value("result", parsed::<ConnectionTestId>);
    let test = page_resource(
        move || result.get(),
        |result| async move {
            match result {
                Some(id) => api::test_result(id.to_string()).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let stay = move || routes::connection(integration.get(), connection.get());
    view! {
        <PageHead title="Connection Test" crumbs=vec![("Connection".into(), stay())]/>
        <div class="card in form-width stack">
            {loaded(test, |test| match test {
                Some(test) => {
                    let steps = test.report.steps.clone();
                    let at = test.at;
                    view! { <p class="muted">"Tested " <TimeAgo at/></p><Steps steps=Signal::stored(steps)/><TestReportView test/> }.into_any()
                }
                None => view! { <p>"Tests the saved connection from where its calls leave, in at most 30 seconds. Nothing is changed at the target that the test request does not say."</p> }.into_any(),
            })}
            <Form action={PhantomData::<api::RunConnectionTest>} prefix="test" class="actions">
                <input type="hidden" name="integration" value=move || integration.get()/>
                <input type="hidden" name="connection" value=move || connection.get()/>
                <a class="button" href=stay>"Done"</a>
                <Submit label="Test"/>
            </Form>
        </div>
    }
}
