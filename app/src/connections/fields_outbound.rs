//! The Outbound section of the connection form.

use leptos::prelude::*;
use model::{
    connection::{DEFAULT_CONNECT_TIMEOUT_MS, DEFAULT_REQUEST_TIMEOUT_MS, HttpMethod},
    connection_form::ConnectionForm,
    forms::ticked,
    overview::ConnectionChoices,
};

use super::{
    fields_authentication::{AuthenticationFields, opened},
    form::Secrets,
};
use crate::{
    routes,
    ui::{
        form_state::FormState,
        revealed::Revealed,
        select_field::{SelectField, choices_of},
        switch_field::SwitchField,
        text_area::TextArea,
        text_field::TextField,
    },
};

/// Where messages go, how they prove who sends them, what the test sends, and the limits.
#[component]
pub fn OutboundFields(
    /// What is stored.
    form: ConnectionForm,
    /// What the lists offer.
    choices: ConnectionChoices,
    /// What is known about the stored secrets.
    secrets: Secrets,
    /// What to register at an OAuth provider; blank until the connection is saved.
    redirect_url: String,
) -> impl IntoView {
    let mutual_auth = ticked(&form.mutual_auth);
    let profiles = choices
        .protocol_profiles
        .iter()
        .map(|profile| (profile.id.to_string(), profile.name_with_state()))
        .collect::<Vec<_>>();
    let no_profiles = profiles.is_empty();
    let names = choices
        .protocol_profiles
        .iter()
        .map(|profile| (profile.id.to_string(), profile.name.clone()))
        .collect::<Vec<_>>();
    let chosen = FormState::here().choice("protocol_profile", form.protocol_profile.clone());
    let open = move || opened(&chosen.get(), &names, |id| routes::protocol_profile(id));
    let limited = [
        &form.connect_timeout,
        &form.request_timeout,
        &form.rate_limit,
        &form.concurrency,
        &form.extra_headers,
    ]
    .iter()
    .any(|text| !text.is_empty());
    view! {
        <TextField
            name="endpoint_url"
            label="Endpoint URL"
            value=form.endpoint_url.clone()
            mono=true
            kind="url"
            placeholder="https://api.example.com/v1"
            hint="The path of each message is appended. Variables are allowed in the path: ${site}. Changing scheme, host or port asks for the credentials again."
        />
        <AuthenticationFields form=form.clone() profiles=choices.oauth_profiles secrets redirect_url/>
        <SwitchField name="mutual_auth" label="Mutual auth" on=mutual_auth hint="Sends a client certificate with each request. Brings the protocol profile."/>
        <Revealed field="protocol_profile" stored=form.mutual_auth.clone()>
            <SelectField name="protocol_profile" label="Protocol profile" value=form.protocol_profile.clone() choices=profiles blank="Choose a protocol profile"/>
            <p class="hint">{open}</p>
            {no_profiles.then(|| view! { <p class="hint">"There is none yet. " <a href=routes::NEW_PROTOCOL_PROFILE target="_blank" rel="noopener">"New protocol profile"</a></p> })}
        </Revealed>
        <div class="field">
            <label for="connection-mid_server">"MID server"</label>
            <select id="connection-mid_server" class="input" disabled aria-describedby="connection-mid_server-hint">
                <option>"None, direct"</option>
            </select>
            <p class="hint" id="connection-mid_server-hint">"For systems behind a firewall. MID servers come with a later release; calls leave directly."</p>
        </div>
        <details class="section" open=true>
            <summary>"Test request"<span class="muted">"what Connection Test sends"</span></summary>
            <div class="three">
                <SelectField name="test_method" label="Test method" value=form.test_method.clone() choices=choices_of!(HttpMethod) blank="GET (default)"/>
                <TextField name="test_path" label="Test path" value=form.test_path.clone() mono=true placeholder="/status"/>
                <TextField name="expected_statuses" label="Expected statuses" value=form.expected_statuses.clone() mono=true placeholder="200, 204"/>
            </div>
            <p class="hint">"With expected statuses the test says Authorised exactly on those. Without, it says Failed on 400, 401, 403, 404 and 405."</p>
        </details>
        <details class="section" open=limited>
            <summary>"Limits and headers"<span class="muted">"time-outs, rate, concurrency"</span></summary>
            <div class="two">
                <TextField name="connect_timeout" label="Connect time-out (seconds)" value=form.connect_timeout.clone() placeholder=(DEFAULT_CONNECT_TIMEOUT_MS / 1000).to_string()/>
                <TextField name="request_timeout" label="Request time-out (seconds)" value=form.request_timeout.clone() placeholder=(DEFAULT_REQUEST_TIMEOUT_MS / 1000).to_string()/>
                <TextField name="rate_limit" label="Requests per minute" value=form.rate_limit.clone() placeholder="unlimited"/>
                <TextField name="concurrency" label="Requests at the same time" value=form.concurrency.clone() placeholder="16"/>
            </div>
            <p class="hint">"Messages beyond these limits wait their turn. Connection Test is not limited."</p>
            <TextArea name="extra_headers" label="Extra headers" value=form.extra_headers mono=true placeholder="Accept: application/json" hint="One per line, Name: value. They go with every request; variables are allowed in values."/>
        </details>
    }
}
