//! `/settings/notifications`, `/settings/notifications/new`, `/settings/notifications/{id}`.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    id::ChannelId,
    notification::{ChannelForm, ChannelKind, ChannelRow, NoticeState, Notifications},
};

use super::{api, form::ChannelFields};
use crate::{
    AppError,
    context::{loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
    settings::tabs::SettingsTabs,
    ui::{
        badge::ActivePill,
        card::Card,
        empty_state::EmptyState,
        form::{Form, Submit},
        page_head::PageHead,
        time::TimeAgo,
    },
};

/// Every channel with what became of its newest notice.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let all = page_resource(|| (), |()| api::notifications());
    let lead = view! { "Who is told when something expires, fails or is refused: once per incident, and again when it is over." };
    let actions = view! { <a class="button primary" href=routes::NEW_CHANNEL>"New channel"</a> };
    view! {
        <PageHead title="Notifications" crumbs=vec![("Settings".into(), routes::SETTINGS.into())] lead=lead.into_any() actions=actions.into_any()/>
        <SettingsTabs current=routes::NOTIFICATIONS/>
        {loaded(all, list)}
    }
}

fn list(all: Notifications) -> AnyView {
    let needs_mail = !all.mail
        && all
            .channels
            .iter()
            .any(|row| row.channel.kind == ChannelKind::Email);
    let content = if all.channels.is_empty() {
        view! {
            <EmptyState title="Nobody is told yet" text="Warnings appear on the dashboard. A channel sends them by e-mail, to Microsoft Teams, to Slack or to any webhook as well.">
                <a class="button primary" href=routes::NEW_CHANNEL>"Make the first channel"</a>
            </EmptyState>
        }
        .into_any()
    } else {
        let rows = all.channels.into_iter().map(row).collect_view();
        view! {
            <table class="table cards">
                <thead><tr><th scope="col">"Name"</th><th scope="col">"Kind"</th><th scope="col">"Goes to"</th><th scope="col">"Newest notice"</th><th scope="col">"State"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <div class="stack">
            {needs_mail.then(|| view! { <p class="notice warn">"This installation has no mail server: e-mail channels reach nobody. Set SWITCHBOARD_SMTP_URL and SWITCHBOARD_MAIL_FROM."</p> })}
            <Card title="Channels" flush=true>{content}</Card>
        </div>
    }
    .into_any()
}

fn row(row: ChannelRow) -> AnyView {
    let to = match row.url {
        Some(url) => url.origin,
        None => row.channel.recipients.join(", "),
    };
    view! {
        <tr>
            <td data-label="Name"><a class="row-link" href=routes::channel(row.channel.id)>{row.channel.name}</a></td>
            <td data-label="Kind">{row.channel.kind.label()}</td>
            <td data-label="Goes to">{to}</td>
            <td data-label="Newest notice">{newest(row.last)}</td>
            <td data-label="State"><ActivePill active=row.channel.active/></td>
        </tr>
    }
    .into_any()
}

fn newest(last: Option<NoticeState>) -> AnyView {
    match last {
        None => view! { <span class="muted">"none yet"</span> }.into_any(),
        Some(NoticeState { sent: Some(at), .. }) => view! { "sent " <TimeAgo at/> }.into_any(),
        Some(last) => {
            let text = format!("not taken, {} tries: {}", last.attempts, last.error);
            view! { <span class="field-error">{text}</span> }.into_any()
        }
    }
}

/// A new channel.
#[component]
pub fn NewChannelPage() -> impl IntoView {
    let all = page_resource(|| (), |()| api::notifications());
    view! {
        <PageHead title="New channel" crumbs=crumbs()/>
        {loaded(all, |all| {
            let form = ChannelForm {
                active: "on".into(),
                ..ChannelForm::default()
            };
            view! { <div class="form-width"><ChannelFields form mail=all.mail/></div> }.into_any()
        })}
    }
}

/// One channel, with a button that tries it.
#[component]
pub fn ChannelPage() -> impl IntoView {
    let channel = path_parameter("channel");
    let page = page_resource(
        move || channel.get(),
        |id| async move { Ok::<_, AppError>((api::channel(id).await?, api::notifications().await?.mail)) },
    );
    loaded(page, |(row, mail)| {
        let id = row.channel.id;
        let actions = view! { <DeleteButton record=Deletable::Channel id=id.to_string()/> };
        view! {
            <PageHead title=row.channel.name.clone() crumbs=crumbs() actions=actions.into_any()/>
            <div class="form-width stack">
                {test_card(id)}
                <ChannelFields form=ChannelForm::of(&row.channel) url=row.url mail/>
            </div>
        }
        .into_any()
    })
}

fn test_card(id: ChannelId) -> AnyView {
    view! {
        <Card title="Try it" note="as it is saved">
            <Form action={PhantomData::<api::TestChannel>} prefix="test">
                <input type="hidden" name="channel" value=id.to_string()/>
                <p class="actions"><Submit label="Send a test notice" class="button"/></p>
            </Form>
        </Card>
    }
    .into_any()
}

fn crumbs() -> Vec<(String, String)> {
    vec![
        ("Settings".into(), routes::SETTINGS.into()),
        ("Notifications".into(), routes::NOTIFICATIONS.into()),
    ]
}
