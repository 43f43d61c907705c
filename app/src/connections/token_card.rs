//! The OAuth token of a connection: its state in words, its life, and the button that gets another one.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    Timestamp,
    id::{ConnectionId, IntegrationId},
    token::{TokenEvent, TokenEventKind, TokenStatus, TokenView},
};

use super::{
    revoke::RevokeButton,
    token_api::{BeginAuthorisation, ObtainToken},
};
use crate::ui::{
    badge::Pill,
    card::Card,
    copy_button::CopyButton,
    form::{Form, Hidden},
    form_state::FormState,
    life_bar::LifeBar,
    time::{TimeAgo, TimeUntil},
};

/// The card **OAuth token**. It stays in place while what it shows is fetched again, so that a refusal stays readable.
#[component]
pub fn TokenCard(
    /// Integration of the connection.
    integration: IntegrationId,
    /// The connection.
    connection: ConnectionId,
    /// Its token; `None` without OAuth 2.0.
    #[prop(into)]
    token: Signal<Option<TokenView>>,
) -> impl IntoView {
    let needs_person = Memo::new(move |_| token.with(|token| token.as_ref().map(|token| token.needs_person)));
    move || {
        needs_person
            .get()
            .map(|needs_person| card(integration, connection, token, needs_person))
    }
}

fn card(
    integration: IntegrationId,
    connection: ConnectionId,
    token: Signal<Option<TokenView>>,
    needs_person: bool,
) -> AnyView {
    let failure = move || {
        let (refused, text) = token.with(|token| {
            let refused = token
                .as_ref()
                .is_some_and(|token| token.status == TokenStatus::Refused);
            (
                refused,
                token
                    .as_ref()
                    .map_or_else(String::new, |token| token.failure.clone()),
            )
        });
        let class = if refused {
            "notice bad token-failure"
        } else {
            "notice warn token-failure"
        };
        (!text.is_empty()).then(|| view! { <p class=class>{text}</p> })
    };
    let state = view! { {move || token.get().map(|token| state_pill(&token))} }.into_any();
    let revocable = Memo::new(move |_| {
        token.with(|token| {
            token
                .as_ref()
                .is_some_and(|token| token.status != TokenStatus::None)
        })
    });
    let revoke = move || {
        revocable
            .get()
            .then(|| view! { <RevokeButton integration connection/> })
    };
    let form = if needs_person {
        // The answer is the provider's address.
        let go = Callback::new(|address: String| {
            let _ = window().location().set_href(&address);
        });
        view! {
            <Form action={PhantomData::<BeginAuthorisation>} prefix="token" class="contents" on_done=go>
                <Hidden name="id" value=connection.to_string()/>
                <p class="actions"><TokenButton token/></p>
            </Form>
        }
        .into_any()
    } else {
        view! {
            <Form action={PhantomData::<ObtainToken>} prefix="token" class="contents">
                <Hidden name="id" value=connection.to_string()/>
                <p class="actions"><TokenButton token/></p>
            </Form>
        }
        .into_any()
    };
    view! {
        <Card title="OAuth token" id="oauth-token" actions=state>
            // What the last press of the button was told replaces what is stored of it: one box, as wide as the card.
            <div class="token-card">
                {failure}
                {form}
                <div class="stack token-told">{move || token.get().map(|token| told(&token))}</div>
                {revoke}
            </div>
            {needs_person.then_some(move || token.get().map(|token| redirect_uri(token.redirect_uri)))}
        </Card>
    }
    .into_any()
}

/// **Get OAuth token**, or **Re-authorise** once a person has agreed before.
#[component]
fn TokenButton(token: Signal<Option<TokenView>>) -> impl IntoView {
    let pending = FormState::here().pending;
    let label = move || token.with(|token| button_label(token.as_ref()));
    let class = move || {
        let in_order = token.with(|token| token.as_ref().is_some_and(is_in_order));
        if in_order { "button" } else { "button primary" }
    };
    view! {
        <button type="submit" class=class aria-disabled=move || pending.get().then_some("true")>{label}</button>
    }
}

fn button_label(token: Option<&TokenView>) -> &'static str {
    let again = token.is_some_and(|token| token.needs_person && token.status != TokenStatus::None);
    if again { "Re-authorise" } else { "Get OAuth token" }
}

/// Whether nothing has to be done: a token that counts, or one that is fetched when it is needed.
fn is_in_order(token: &TokenView) -> bool {
    match token.status {
        TokenStatus::Live => !token.outdated,
        TokenStatus::None => !token.needs_person,
        TokenStatus::Refused => false,
    }
}

fn state_pill(token: &TokenView) -> AnyView {
    let (tone, text) = match (token.status, token.outdated) {
        (TokenStatus::Live, true) => ("bad", "For something else"),
        (TokenStatus::Live, false) => ("ok", token.status.label()),
        (TokenStatus::None, _) if token.needs_person => ("warn", token.status.label()),
        (TokenStatus::None, _) => ("off", token.status.label()),
        (TokenStatus::Refused, _) => ("bad", token.status.label()),
    };
    view! { <Pill tone text/> }.into_any()
}

/// The state in words: what there is, until when, and what is wrong.
fn told(token: &TokenView) -> AnyView {
    let advice = advice(token);
    let access = token
        .issued
        .map(|issued| life("Access token", issued, token.access_expires));
    let refresh = token
        .refresh_issued
        .map(|issued| life("Authorisation", issued, token.ends_at));
    let due = token.due_at.map(|at| {
        view! { <dt>"Kept alive"</dt><dd>"until used; next refresh by itself " <TimeUntil at/></dd> }
    });
    let lives = (access.is_some() || refresh.is_some() || due.is_some())
        .then(|| view! { <dl class="facts">{access}{refresh}{due}</dl> });
    view! { {advice.map(|text| view! { <p class="muted">{text}</p> })}{lives} }.into_any()
}

fn advice(token: &TokenView) -> Option<&'static str> {
    match (token.status, token.outdated, token.needs_person) {
        (TokenStatus::Live, true, _) => Some(
            "This token was given for another profile, client, provider or API, so it is not used. Get another one.",
        ),
        (TokenStatus::None, _, true) => Some(
            "Messages need a token. Get OAuth token leads to the provider, where you agree, and back to this page.",
        ),
        (TokenStatus::None, _, false) => {
            Some("It is fetched by itself when something is sent. Get OAuth token fetches it now.")
        }
        (TokenStatus::Refused, _, true) => {
            Some("It is not tried again by itself. Re-authorise leads to the provider and back to this page.")
        }
        (TokenStatus::Refused, _, false) => {
            Some("It is not tried again by itself. Mend the OAuth profile, then press Get OAuth token.")
        }
        (TokenStatus::Live, false, _) => None,
    }
}

fn life(what: &'static str, from: Timestamp, until: Option<Timestamp>) -> AnyView {
    match until {
        Some(until) => view! {
            <dt>{what}</dt>
            <dd class="life-line"><LifeBar from until/> <span>"ends " <TimeUntil at=until/></span></dd>
        }
        .into_any(),
        None => view! { <dt>{what}</dt><dd>"since " <TimeAgo at=from/> ", no end known"</dd> }.into_any(),
    }
}

/// What has to be registered at the provider.
fn redirect_uri(uri: String) -> AnyView {
    view! {
        <p class="redirect-url">
            <span class="muted">"Redirect URL for the provider"</span>
            <code class="min-w-0">{uri.clone()}</code>
            <CopyButton text=uri label="Copy redirect URL"/>
        </p>
    }
    .into_any()
}

/// What happened to the token, the newest first.
#[component]
pub fn TokenTimeline(
    /// The events, the newest first.
    events: Vec<TokenEvent>,
) -> impl IntoView {
    if events.is_empty() {
        return view! { <p class="muted in">"No token was asked for yet."</p> }.into_any();
    }
    let events = events
        .into_iter()
        .map(|event| {
            view! {
                <li>
                    <i class=format!("dot mark {}", tone(event.kind)) aria-hidden="true"></i>
                    <span class="grow min-w-0"><strong>{event.kind.label()}</strong> {format!(" by {}", event.by)} <small class="pre-line">{event.detail}</small></span>
                    <span class="muted small"><TimeAgo at=event.at/></span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="lines timeline" aria-label="Token timeline">{events}</ol> }.into_any()
}

const fn tone(kind: TokenEventKind) -> &'static str {
    match kind {
        TokenEventKind::Authorised | TokenEventKind::Issued => "info",
        TokenEventKind::Refreshed | TokenEventKind::Rotated => "ok",
        TokenEventKind::Failed
        | TokenEventKind::NotAuthorised
        | TokenEventKind::Interrupted
        | TokenEventKind::Late => "warn",
        TokenEventKind::Refused => "bad",
        TokenEventKind::Begun | TokenEventKind::Revoked => "off",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(status: TokenStatus, needs_person: bool, outdated: bool) -> TokenView {
        TokenView {
            status,
            needs_person,
            outdated,
            issued: None,
            access_expires: None,
            refresh_issued: None,
            ends_at: None,
            due_at: None,
            failure: String::new(),
            redirect_uri: String::new(),
            events: Vec::new(),
        }
    }

    #[test]
    fn the_button_says_re_authorise_only_where_a_person_has_agreed_before() {
        for (status, needs_person, label) in [
            (TokenStatus::None, true, "Get OAuth token"),
            (TokenStatus::Live, true, "Re-authorise"),
            (TokenStatus::Refused, true, "Re-authorise"),
            (TokenStatus::None, false, "Get OAuth token"),
            (TokenStatus::Live, false, "Get OAuth token"),
            (TokenStatus::Refused, false, "Get OAuth token"),
        ] {
            assert_eq!(button_label(Some(&token(status, needs_person, false))), label);
        }
    }

    #[test]
    fn the_button_stands_out_when_something_has_to_be_done() {
        assert!(!is_in_order(&token(TokenStatus::None, true, false)));
        assert!(is_in_order(&token(TokenStatus::None, false, false)));
        assert!(is_in_order(&token(TokenStatus::Live, true, false)));
        assert!(!is_in_order(&token(TokenStatus::Live, true, true)));
        assert!(!is_in_order(&token(TokenStatus::Refused, false, false)));
    }
}
