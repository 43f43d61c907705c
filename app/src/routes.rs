//! Every path of the interface: links are built here, and nowhere else stands a path.

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Redirect, Route, Routes},
    path,
};
use model::{
    expiry::Place,
    overview::FoundTarget,
    transaction::{Position, TransactionFilter},
};

use crate::{
    api_reference, applications, connections, dashboard, deletion, entrance, expiry,
    frame::{Frame, NotFound},
    inbound_users, integrations, messages, notifications, oauth_clients, processes, profiles, settings,
    transactions,
};

#[cfg(feature = "ssr")]
pub use crate::server::ClientAddress;

pub const DASHBOARD: &str = "/";
/// What is wrong or soon will be, on the dashboard.
pub const WARNINGS: &str = "/#warnings";
pub const LOGIN: &str = "/login";
pub const PROCESSES: &str = "/processes";
pub const NEW_PROCESS: &str = "/processes/new";
pub const INTEGRATIONS: &str = "/integrations";
pub const NEW_INTEGRATION: &str = "/integrations/new";
pub const APPLICATIONS: &str = "/applications";
pub const NEW_APPLICATION: &str = "/applications/new";
pub const CONNECTIONS: &str = "/connections";
pub const CONNECTIONS_INBOUND: &str = "/connections?tab=inbound";
pub const CHOOSE_INTEGRATION: &str = "/connections/new";
pub const TRANSACTIONS: &str = "/transactions";
pub const OAUTH_PROFILES: &str = "/oauth-profiles";
pub const NEW_OAUTH_PROFILE: &str = "/oauth-profiles/new";
pub const PROTOCOL_PROFILES: &str = "/protocol-profiles";
pub const NEW_PROTOCOL_PROFILE: &str = "/protocol-profiles/new";
pub const INBOUND_USERS: &str = "/inbound-users";
pub const NEW_INBOUND_USER: &str = "/inbound-users/new";
pub const OAUTH_CLIENTS: &str = "/oauth-clients";
pub const NEW_OAUTH_CLIENT: &str = "/oauth-clients/new";
pub const SETTINGS: &str = "/settings/general";
pub const SETTINGS_AREA: &str = "/settings";
pub const TOKENS: &str = "/settings/tokens";
pub const AUDIT: &str = "/settings/audit";
pub const KEYS: &str = "/settings/keys";
pub const NOTIFICATIONS: &str = "/settings/notifications";
pub const NEW_CHANNEL: &str = "/settings/notifications/new";
pub const EXPIRY: &str = "/expiry";
pub const API_REFERENCE: &str = "/docs/api";
/// Not a page: the document the page is made from.
pub const OPENAPI: &str = "/api/v1/openapi.json";
pub const FAVICON: &str = "/favicon.svg";

/// A file the browser loads: script, WASM, style sheet.
pub fn asset(name: &str) -> String {
    format!("/pkg/{name}")
}

/// Where the server says what has changed, after the event (or the time, in milliseconds) `since`.
pub fn events(since: &str) -> String {
    format!("/fn/events?since={}", encoded(since))
}

/// Longest path with its query that is followed, in bytes.
const PATH_LIMIT: usize = 4000;

/// Whether `path` is a page of ours: a path without scheme or host, in every spelling browsers understand.
pub fn is_local(path: &str) -> bool {
    let of_an_address = |c: char| !c.is_control() && !c.is_whitespace() && !"\\\"<>`".contains(c);
    path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= PATH_LIMIT
        && path.chars().all(of_an_address)
}

/// `path`, when it is a page of ours.
pub fn local(path: &str) -> Option<String> {
    is_local(path).then(|| path.to_owned())
}

/// `path` with the word that says what was done, which the page announces.
pub fn after(path: &str, done: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let done = format!("done={done}");
    let kept = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("done="));
    format!(
        "{path}?{}",
        kept.chain([done.as_str()]).collect::<Vec<_>>().join("&")
    )
}

macro_rules! links {
    ($($(#[$doc:meta])* $name:ident($($part:ident),+) = $format:literal;)+) => {$(
        $(#[$doc])*
        pub fn $name($($part: impl std::fmt::Display),+) -> String {
            format!($format)
        }
    )+};
}

links! {
    process(id) = "/processes/{id}";
    endpoint(process, resource) = "/processes/{process}/endpoints/{resource}";
    application(id) = "/applications/{id}";
    integration(id) = "/integrations/{id}";
    integration_connections(id) = "/integrations/{id}/connections";
    new_connection(id) = "/integrations/{id}/connections/new";
    integration_variables(id) = "/integrations/{id}/variables";
    integration_messages(id) = "/integrations/{id}/messages";
    new_message(id) = "/integrations/{id}/messages/new";
    message(integration, id) = "/integrations/{integration}/messages/{id}";
    integration_settings(id) = "/integrations/{id}/settings";
    integration_enable(id) = "/integrations/{id}/enable";
    integration_enable_with(id, connection) = "/integrations/{id}/enable?connection={connection}";
    connection(integration, id) = "/integrations/{integration}/connections/{id}";
    connection_test(integration, id) = "/integrations/{integration}/connections/{id}/test";
    connection_test_result(integration, id, test) = "/integrations/{integration}/connections/{id}/test?result={test}";
    connection_enable(integration, id) = "/integrations/{integration}/connections/{id}/enable";
    connection_disable(integration, id) = "/integrations/{integration}/connections/{id}/disable";
    connection_revoke(integration, id) = "/integrations/{integration}/connections/{id}/revoke-token";
    connection_duplicate(integration, id) = "/integrations/{integration}/connections/{id}/duplicate";
    inbound_user(id) = "/inbound-users/{id}";
    /// The page that confirms it without JavaScript.
    revoke_credential(user, id) = "/inbound-users/{user}/credentials/{id}/revoke";
    oauth_client(id) = "/oauth-clients/{id}";
    /// The page that confirms it without JavaScript.
    revoke_secret(client, id) = "/oauth-clients/{client}/secrets/{id}/revoke";
    oauth_profile(id) = "/oauth-profiles/{id}";
    protocol_profile(id) = "/protocol-profiles/{id}";
    channel(id) = "/settings/notifications/{id}";
    transaction(number) = "/transactions/{number}";
    audit_before(entry) = "/settings/audit?before={entry}";
    /// The page that confirms a deletion without JavaScript.
    delete(record, id) = "/delete/{record}/{id}";
}

/// The page of something that was found.
pub fn found(target: &FoundTarget) -> String {
    match target {
        FoundTarget::Process(id) => process(id),
        FoundTarget::Integration(id) => integration(id),
        FoundTarget::Connection(of, id) => connection(of, id),
        FoundTarget::InboundUser(id) => inbound_user(id),
        FoundTarget::OauthClient(id) => oauth_client(id),
        FoundTarget::OauthProfile(id) => oauth_profile(id),
        FoundTarget::ProtocolProfile(id) => protocol_profile(id),
        FoundTarget::Transaction(number) => transaction(number),
    }
}

/// The page where something that ends or fails is mended.
pub fn place(place: &Place) -> String {
    match place {
        Place::Connection(of, id) => connection(of, id),
        Place::OauthProfile(id) => oauth_profile(id),
        Place::ProtocolProfile(id) => protocol_profile(id),
        Place::InboundUser(id) => inbound_user(id),
        Place::OauthClient(id) => oauth_client(id),
        Place::ApiTokens => TOKENS.into(),
        Place::Transactions(connection, state) => transactions(&TransactionFilter {
            connection: *connection,
            state: Some(*state),
            ..TransactionFilter::default()
        }),
        Place::Expiry => EXPIRY.into(),
    }
}

/// The list of transactions with this filter.
pub fn transactions(filter: &TransactionFilter) -> String {
    let mut pairs = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            pairs.push(format!("{name}={}", encoded(&value)));
        }
    };
    add("integration", filter.integration.map(|id| id.to_string()));
    add("connection", filter.connection.map(|id| id.to_string()));
    add(
        "direction",
        filter.direction.map(|direction| direction.word().to_owned()),
    );
    add("state", filter.state.map(|state| state.word().to_owned()));
    add("search", Some(filter.search.clone()));
    add("before", filter.before.map(Position::text));
    if pairs.is_empty() {
        TRANSACTIONS.into()
    } else {
        format!("{TRANSACTIONS}?{}", pairs.join("&"))
    }
}

/// [`transactions`] with a span of time, as the word of the address.
pub fn transactions_since(filter: &TransactionFilter, since: &str) -> String {
    let path = transactions(filter);
    if since.is_empty() {
        return path;
    }
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}since={}", encoded(since))
}

/// A new OAuth profile whose tokens may go to `origin`; blank when it is not known.
pub fn new_oauth_profile_for(origin: &str) -> String {
    if origin.is_empty() {
        return NEW_OAUTH_PROFILE.into();
    }
    format!("{NEW_OAUTH_PROFILE}?origin={}", encoded(origin))
}

/// Percent-encodes a query value (RFC 3986 2.3).
fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// The area leads to its first page.
#[component]
fn ToSettings() -> impl IntoView {
    view! { <Redirect path=SETTINGS/> }
}

/// The pages. All are rendered whole on the server, so that they work without JavaScript.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/login") view=entrance::LoginPage ssr=SsrMode::Async/>
            <Route path=path!("/setup") view=entrance::SetupPage ssr=SsrMode::Async/>
            <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                <Route path=path!("/") view=dashboard::DashboardPage/>
                <Route path=path!("/connections") view=connections::AllConnectionsPage/>
                <Route path=path!("/connections/new") view=connections::ChooseIntegrationPage/>
                <Route path=path!("/transactions") view=transactions::TransactionsPage/>
                <Route path=path!("/transactions/:number") view=transactions::TransactionPage/>
                <Route path=path!("/expiry") view=expiry::ExpiryPage/>
                <Route path=path!("/docs/api") view=api_reference::ApiReferencePage/>
                <Route path=path!("/delete/:record/:id") view=deletion::DeletePage/>
                <ParentRoute path=path!("/processes") view=leptos_router::components::Outlet>
                    <Route path=path!("") view=processes::ProcessesPage/>
                    <Route path=path!("/new") view=processes::NewProcessPage/>
                    <Route path=path!("/:process") view=processes::ProcessPage/>
                    <Route path=path!("/:process/endpoints/:resource") view=processes::EndpointPage/>
                </ParentRoute>
                <ParentRoute path=path!("/applications") view=leptos_router::components::Outlet>
                    <Route path=path!("") view=applications::ApplicationsPage/>
                    <Route path=path!("/new") view=applications::NewApplicationPage/>
                    <Route path=path!("/:application") view=applications::ApplicationPage/>
                </ParentRoute>
                <ParentRoute path=path!("/integrations") view=leptos_router::components::Outlet>
                    <Route path=path!("") view=integrations::IntegrationsPage/>
                    <Route path=path!("/new") view=integrations::NewIntegrationPage/>
                    <Route path=path!("/:integration") view=integrations::OverviewPage/>
                    <Route path=path!("/:integration/enable") view=integrations::EnableIntegrationPage/>
                    <Route path=path!("/:integration/settings") view=integrations::SettingsPage/>
                    <Route path=path!("/:integration/variables") view=integrations::VariablesPage/>
                    <Route path=path!("/:integration/messages") view=messages::MessagesPage/>
                    <Route path=path!("/:integration/messages/new") view=messages::NewMessagePage/>
                    <Route path=path!("/:integration/messages/:message") view=messages::MessagePage/>
                </ParentRoute>
                <ParentRoute path=path!("/integrations/:integration/connections") view=leptos_router::components::Outlet>
                    <Route path=path!("") view=connections::ConnectionsPage/>
                    <Route path=path!("/new") view=connections::NewConnectionPage/>
                    <Route path=path!("/:connection") view=connections::ConnectionPage/>
                    <Route path=path!("/:connection/test") view=connections::TestPage/>
                    <Route path=path!("/:connection/enable") view=connections::EnablePage/>
                    <Route path=path!("/:connection/disable") view=connections::DisablePage/>
                    <Route path=path!("/:connection/revoke-token") view=connections::RevokePage/>
                    <Route path=path!("/:connection/duplicate") view=connections::DuplicatePage/>
                </ParentRoute>
                <ParentRoute path=path!("/inbound-users") view=leptos_router::components::Outlet>
                    <Route path=path!("") view=inbound_users::InboundUsersPage/>
                    <Route path=path!("/new") view=inbound_users::NewInboundUserPage/>
                    <Route path=path!("/:user") view=inbound_users::InboundUserPage/>
                    <Route path=path!("/:user/credentials/:credential/revoke") view=inbound_users::RevokeCredentialPage/>
                </ParentRoute>
                <ParentRoute path=path!("/oauth-clients") view=leptos_router::components::Outlet>
                    <Route path=path!("") view=oauth_clients::OauthClientsPage/>
                    <Route path=path!("/new") view=oauth_clients::NewOauthClientPage/>
                    <Route path=path!("/:client") view=oauth_clients::OauthClientPage/>
                    <Route path=path!("/:client/secrets/:secret/revoke") view=oauth_clients::RevokeSecretPage/>
                </ParentRoute>
                <ParentRoute path=path!("/oauth-profiles") view=leptos_router::components::Outlet>
                    <Route path=path!("") view=profiles::OauthProfilesPage/>
                    <Route path=path!("/new") view=profiles::NewOauthProfilePage/>
                    <Route path=path!("/:profile") view=profiles::OauthProfilePage/>
                </ParentRoute>
                <ParentRoute path=path!("/protocol-profiles") view=leptos_router::components::Outlet>
                    <Route path=path!("") view=profiles::ProtocolProfilesPage/>
                    <Route path=path!("/new") view=profiles::NewProtocolProfilePage/>
                    <Route path=path!("/:profile") view=profiles::ProtocolProfilePage/>
                </ParentRoute>
                <ParentRoute path=path!("/settings") view=leptos_router::components::Outlet>
                    <Route path=path!("") view=ToSettings/>
                    <Route path=path!("/general") view=settings::GeneralPage/>
                    <Route path=path!("/tokens") view=settings::TokensPage/>
                    <Route path=path!("/audit") view=settings::AuditPage/>
                    <Route path=path!("/keys") view=settings::KeysPage/>
                    <Route path=path!("/notifications") view=notifications::NotificationsPage/>
                    <Route path=path!("/notifications/new") view=notifications::NewChannelPage/>
                    <Route path=path!("/notifications/:channel") view=notifications::ChannelPage/>
                </ParentRoute>
            </ParentRoute>
        </Routes>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_local() {
        assert!(is_local("/integrations?x=1"));
        for foreign in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/a\nb",
            "/a\"><b>",
            "/a b",
            "javascript:alert(1)",
        ] {
            assert!(!is_local(foreign), "{foreign}");
        }
    }

    #[test]
    fn what_was_done_replaces_what_was_done_before() {
        assert_eq!(
            after("/a?tab=inbound&done=saved", "deleted"),
            "/a?tab=inbound&done=deleted"
        );
        assert_eq!(after("/a", "saved"), "/a?done=saved");
    }
}
