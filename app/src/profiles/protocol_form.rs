//! The protocol profile form: the client certificate, whom to trust, and how TLS is spoken.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{certificate::CertificateInfo, forms::ProtocolProfileForm, profile::TlsVersion};

use super::{
    api,
    certificates::{Certificates, unfinished_chain},
};
use crate::ui::{
    card::Card,
    file_field::{FileField, FileKind},
    form::{Form, Hidden, Version},
    form_state::FormState,
    select_field::{SelectField, choices_of},
    text_area::TextArea,
    text_field::TextField,
};

/// Endings of files that hold text in PEM.
const PEM_FILES: &str = ".pem,.crt,.cer,.key,.txt";

/// Name, lowest TLS version, certificate and trust.
#[component]
pub fn ProtocolProfileFields(
    /// What is stored.
    form: ProtocolProfileForm,
    /// The certificate that is stored, with its chain.
    certificates: Vec<CertificateInfo>,
    /// The authorities that are trusted besides the system's.
    authorities: Vec<CertificateInfo>,
) -> impl IntoView {
    let minimum = if form.minimum_tls.is_empty() {
        TlsVersion::Tls12.word().to_owned()
    } else {
        form.minimum_tls
    };
    let authorities = (!authorities.is_empty()).then(|| {
        let count = authorities.len();
        view! {
            <details>
                <summary class="small">{format!("{count} trusted {}", if count == 1 { "authority" } else { "authorities" })}</summary>
                <Certificates certificates=authorities what="Authority"/>
            </details>
        }
    });
    view! {
        <Form action={PhantomData::<api::SaveProtocolProfile>} prefix="protocol-profile" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                <div class="two">
                    <TextField name="name" label="Name" value=form.name required=true placeholder="Acme client certificate"/>
                    <SelectField name="minimum_tls" label="Minimum TLS version" value=minimum choices=choices_of!(TlsVersion)/>
                </div>
                <TextArea name="description" label="Description" value=form.description/>
            </Card>
            <Card title="Client certificate" note="proves to the server who is calling">
                <Identity certificates/>
            </Card>
            <Card title="Trust" note="whose servers are believed">
                <TextArea
                    name="ca_bundle"
                    label="Trusted CA bundle"
                    value=form.ca_bundle
                    mono=true
                    rows=4
                    placeholder="-----BEGIN CERTIFICATE-----"
                    hint="Authorities trusted besides the system's, in PEM. Blank for none. Changing it asks for certificate and key again, because other servers may see them then."
                />
                <FileField name="ca_bundle" label="File for trusted CA bundle" accept=PEM_FILES kind=FileKind::Text/>
                {authorities}
            </Card>
        </Form>
    }
}

/// The stored certificate with **Replace certificate and key**, or the fields for the first one.
#[component]
fn Identity(certificates: Vec<CertificateInfo>) -> impl IntoView {
    if certificates.is_empty() {
        return view! { <UploadFields/> }.into_any();
    }
    let state = FormState::here();
    let wrong = ["certificate", "private_key", "pkcs12", "key_password"].map(|field| state.invalid(field));
    let unfinished = unfinished_chain(&certificates);
    view! {
        <div class="secret">
            <Certificates certificates what="Certificate"/>
            {unfinished.map(|text| view! { <p class="notice info">{text}</p> })}
            <details open=move || wrong.iter().any(|wrong| wrong.get().is_some())>
                <summary class="button small" role="button">"Replace certificate and key"</summary>
                <UploadFields/>
            </details>
        </div>
    }
    .into_any()
}

/// Certificate and private key, or both in one file.
#[component]
fn UploadFields() -> impl IntoView {
    view! {
        <div class="stack">
            <p class="hint">"Two ways: certificate and private key in PEM, or both in one PKCS#12 file. The key is stored encrypted and never shown again."</p>
            <div>
                <TextArea name="certificate" label="Certificate" mono=true rows=4 write_only=true placeholder="-----BEGIN CERTIFICATE-----" hint="In PEM, its chain after it. The private key may stand in the same text."/>
                <FileField name="certificate" label="File for certificate" accept=PEM_FILES kind=FileKind::Text/>
            </div>
            <div>
                <TextArea name="private_key" label="Private key" mono=true rows=4 write_only=true placeholder="-----BEGIN PRIVATE KEY-----" hint="In PEM, encrypted or not."/>
                <FileField name="private_key" label="File for private key" accept=PEM_FILES kind=FileKind::Text/>
            </div>
            <div>
                <TextArea name="pkcs12" label="PKCS#12 file" mono=true rows=2 write_only=true hint="Choose the .p12 or .pfx file, or paste it in base64 (base64 -w0 client.p12)."/>
                <FileField name="pkcs12" label="File in PKCS#12" accept=".p12,.pfx" kind=FileKind::Binary/>
            </div>
            <TextField name="key_password" label="Key password" kind="password" autocomplete="new-password" hint="Of the encrypted private key or the PKCS#12 file. It is used once and not kept."/>
        </div>
    }
}
