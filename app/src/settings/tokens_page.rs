//! `/settings/tokens`.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    api_token::{ApiToken, NewApiToken},
    permission::Role,
};

use super::{api, tabs::SettingsTabs};
use crate::{
    context::{loaded, page_resource},
    routes, shown_once,
    ui::{
        card::Card,
        copy_button::CopyButton,
        form::{Form, Submit},
        made_notice::MadeNotice,
        page_head::PageHead,
        select_field::{SelectField, choices_of},
        text_field::TextField,
        time::TimeAgo,
    },
};

/// Bearer tokens of the REST API: each is shown once.
#[component]
pub fn TokensPage() -> impl IntoView {
    let tokens = page_resource(|| (), |()| api::tokens());
    let made = RwSignal::new(shown_once::of::<api::CreateToken>());
    let on_done = Callback::new(move |token: NewApiToken| made.set(Some(token)));
    view! {
        <PageHead title="API tokens" crumbs=vec![("Settings".into(), routes::SETTINGS.into())]/>
        <SettingsTabs current=routes::TOKENS/>
        <div class="stack">
            {move || made.get().map(|token| view! {
                <MadeNotice>
                    <p><strong>{token.name}</strong>" is made. Copy the token now: it is shown only this once."</p>
                    <p class="row"><code class="grow token">{token.token.clone()}</code><CopyButton text=token.token label="Copy token"/></p>
                </MadeNotice>
            })}
            <Card title="Make a token" note="scripts and pipelines send it as Authorization: Bearer">
                <Form action={PhantomData::<api::CreateToken>} prefix="token" once_more=true on_done>
                    <div class="three">
                        <TextField name="name" label="Name" required=true placeholder="deploy pipeline"/>
                        <SelectField name="role" label="Role" value=Role::Operator.word() choices=choices_of!(Role)/>
                        <TextField name="days" label="Days until it expires" placeholder="365"/>
                    </div>
                    <p class="actions"><Submit label="New token"/></p>
                </Form>
            </Card>
            {loaded(tokens, |tokens| view! { <Card title="Tokens" flush=true>{table(tokens)}</Card> }.into_any())}
        </div>
    }
}

fn table(tokens: Vec<ApiToken>) -> AnyView {
    if tokens.is_empty() {
        return view! { <p class="muted in">"No tokens yet."</p> }.into_any();
    }
    let rows = tokens
        .into_iter()
        .map(|token| {
            let revoke = format!("Revoke {}", token.name);
            view! {
                <tr>
                    <td data-label="Name"><strong>{token.name}</strong></td>
                    <td data-label="Begins with"><code>{token.prefix}"…"</code></td>
                    <td data-label="User">{token.user_name}</td>
                    <td data-label="Role">{token.role.label()}</td>
                    <td data-label="Last used">{match token.last_used { Some(at) => view! { <TimeAgo at/> }.into_any(), None => view! { <span class="muted">"never"</span> }.into_any() }}</td>
                    <td data-label="Expires">{token.expires.date()}</td>
                    <td>
                        <Form action={PhantomData::<api::RevokeToken>} prefix="revoke" class="contents">
                            <input type="hidden" name="token" value=token.id.to_string()/>
                            <button type="submit" class="button small quiet danger" aria-label=revoke>"Revoke"</button>
                        </Form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table cards">
            <thead><tr><th scope="col">"Name"</th><th scope="col">"Begins with"</th><th scope="col">"User"</th><th scope="col">"Role"</th><th scope="col">"Last used"</th><th scope="col">"Expires"</th><th scope="col"><span class="sr-only">"Actions"</span></th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
