//! The form that adds a credential to an inbound user.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    forms::INBOUND_PASSWORD_MINIMUM,
    inbound_credential::{
        CertificateMatch, CredentialKind, NewCredential, SignatureEncoding, SignatureHash, SignaturePreset,
        SignedContent,
    },
};

use super::api;
use crate::ui::{
    form::{Form, Hidden, Submit},
    revealed::ShownWithChoice,
    select_field::{SelectField, choices_of},
    text_field::TextField,
};

/// Kind, label, expiry, and what the kind needs.
#[component]
pub fn CredentialForm(
    /// Id of the inbound user.
    user: String,
    /// Called in the browser with what was added.
    on_done: Callback<NewCredential>,
) -> impl IntoView {
    let kind = CredentialKind::ApiKey.word();
    view! {
        <Form action={PhantomData::<api::AddCredential>} prefix="credential" once_more=true on_done>
            <Hidden name="inbound_user" value=user/>
            <div class="three">
                <SelectField name="kind" label="Kind" value=kind choices=choices_of!(CredentialKind)/>
                <TextField name="label" label="Label" placeholder="what or whom it is for"/>
                <TextField name="days" label="Days until it expires" placeholder="never"/>
            </div>
            <ShownWithChoice choice="kind" value=CredentialKind::ApiKey.word() stored=kind>
                <TextField name="header" label="Header" mono=true placeholder="X-API-Key" hint="The header the sender puts the key in. The key is made here and shown once."/>
            </ShownWithChoice>
            <ShownWithChoice choice="kind" value=CredentialKind::Signature.word() stored=kind>
                <SignatureFields/>
            </ShownWithChoice>
            <ShownWithChoice choice="kind" value=CredentialKind::PathToken.word() stored=kind>
                <p class="hint">"For senders that can set no header. The token is made here and shown once, with the URL to post to. Whoever sees the URL can post: prefer another kind where there is one."</p>
            </ShownWithChoice>
            <ShownWithChoice choice="kind" value=CredentialKind::Certificate.word() stored=kind>
                <SelectField name="certificate_match" label="Recognised by" value=CertificateMatch::Fingerprint.word() choices=choices_of!(CertificateMatch)/>
                <TextField name="certificate" label="Fingerprint or subject" mono=true hint="A subject as CN=jira, O=Example, whole; a comma inside a part is written \\,. Works while Switchboard terminates TLS itself and knows the certificate's authority (SWITCHBOARD_TLS_CLIENT_CA)."/>
            </ShownWithChoice>
            <ShownWithChoice choice="kind" value=CredentialKind::Password.word() stored=kind>
                <TextField name="password" label="Further password" kind="password" autocomplete="new-password" hint=format!("Counts beside the first one until it is revoked or expires; the tokens that were fetched with it (password grant) end then too. At least {INBOUND_PASSWORD_MINIMUM} characters.")/>
            </ShownWithChoice>
            <p class="actions"><Submit label="Add credential"/></p>
        </Form>
    }
}

/// Whose way of signing, and the secret.
#[component]
fn SignatureFields() -> impl IntoView {
    let preset = SignaturePreset::StandardWebhooks.word();
    view! {
        <SelectField name="preset" label="Signed as" value=preset choices=choices_of!(SignaturePreset)/>
        <TextField name="signing_secret" label="Signing secret" kind="password" autocomplete="new-password" hint="The one both sides know, itself: no reference to the environment or a file. Blank makes one; Stripe's is shown on its page of the endpoint."/>
        <ShownWithChoice choice="preset" value=SignaturePreset::Generic.word() stored=preset>
            <div class="two">
                <TextField name="signature_header" label="Signature header" mono=true placeholder="X-Signature"/>
                <TextField name="prefix" label="Prefix" mono=true placeholder="none" hint="What stands before the signature: sha256="/>
            </div>
            <div class="two">
                <SelectField name="hash" label="Hash function" value=SignatureHash::Sha256.word() choices=choices_of!(SignatureHash)/>
                <SelectField name="encoding" label="Encoding" value=SignatureEncoding::Hex.word() choices=choices_of!(SignatureEncoding)/>
            </div>
            <div class="two">
                <SelectField name="signed" label="What is signed" value=SignedContent::Body.word() choices=choices_of!(SignedContent)/>
                <TextField name="timestamp_header" label="Timestamp header" mono=true placeholder="none" hint="With a signed timestamp, calls older than five minutes and replays are refused."/>
            </div>
        </ShownWithChoice>
    }
}
