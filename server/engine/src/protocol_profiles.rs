//! Protocol profiles: list, save, delete, and what they bring to a handshake.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use certificates::{CaBundle, Identity, Problem, Uploaded, read_pem, read_pkcs12};
use egress::{ClientIdentity, Roots, TlsOptions};
use model::{
    FieldErrors, Invalid, Timestamp,
    activation::DeletePreview,
    certificate::CertificateInfo,
    forms::{CheckedProtocolProfile, DeleteForm, ProtocolProfileForm, Upload},
    id::{ApplicationId, ProtocolProfileId},
    profile::ProtocolProfile,
};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    Engine, Error, Granted, Result,
    permission::{Design, See},
    record_edit::{self, Labelled, Stamp, audited, counted, form_id, needed_id, saved},
    vault,
};

const RECORD: &str = "protocol profile";
/// Name of certificate chain and private key in the vault.
const IDENTITY: &str = "identity";

/// Every one of them.
pub async fn list(engine: &Engine, _: &Granted<See>) -> Result<Vec<ProtocolProfile>> {
    Ok(store::protocol_profile::list(&engine.db).await?)
}

/// One of them.
pub async fn find(engine: &Engine, _: &Granted<See>, id: ProtocolProfileId) -> Result<ProtocolProfile> {
    stored(engine, id).await
}

/// Creates or changes one.
///
/// # Errors
/// [`Error::Invalid`] with what is wrong with an upload, beside its field.
pub async fn save(
    engine: &Engine,
    by: &Granted<Design>,
    form: ProtocolProfileForm,
) -> Result<ProtocolProfileId> {
    let checked = form.check()?;
    let old = match form_id::<ProtocolProfileId>(&form.id, RECORD)? {
        Some(id) => Some(stored(engine, id).await?),
        None => None,
    };
    let identity = checked
        .upload
        .as_ref()
        .map(|upload| read_upload(upload, engine.now()));
    let identity = identity.transpose().map_err(|invalid| Error::Invalid(*invalid))?;
    let authorities = read_authorities(&checked.ca_bundle, engine.now())?;
    check_trust(old.as_ref(), authorities.as_ref(), identity.is_some())?;
    let application = match &old {
        Some(old) => old.application,
        None => crate::inbound_users::default_application(engine).await?,
    };
    let profile = built(
        engine,
        by.name(),
        (checked, application),
        old.as_ref(),
        (identity.as_ref(), authorities.as_ref()),
    );
    let both = (&profile, old.as_ref());
    let entry = saved(engine, by.actor(), RECORD, both, form.version, words)?;
    let sealed = match &identity {
        Some(uploaded) => {
            let pem = uploaded.identity.to_pem();
            Some(engine.vault.seal(profile.id.0, IDENTITY, pem.expose_secret())?)
        }
        None => None,
    };
    let state = vault::state(engine.now(), by.name(), "");
    let (id, is_new, now) = (profile.id, old.is_none(), engine.now());
    audited(engine, entry, move |tx| {
        Box::pin(async move {
            if is_new {
                store::protocol_profile::insert(tx, &profile).await?;
            } else {
                store::protocol_profile::update(tx, &profile).await?;
                // Another certificate, or another authority, has proven nothing yet.
                store::connection::reset_proof_of_protocol_profile(tx, id, now).await?;
            }
            if let Some(ciphertext) = sealed {
                store::secret::put(tx, id.0, IDENTITY, &ciphertext, &state).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(id)
}

async fn stored(engine: &Engine, id: ProtocolProfileId) -> Result<ProtocolProfile> {
    store::protocol_profile::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// Reads certificate and private key; the error stands beside the field it came from.
fn read_upload(upload: &Upload, now: Timestamp) -> Result<Uploaded, Box<FieldErrors>> {
    let secret = |text: &str| (!text.is_empty()).then(|| SecretString::from(text));
    let refused = |field: &str, text: String| Box::new(FieldErrors::one(field, Invalid::Refused(text)));
    let (read, field) = match upload {
        Upload::Pem {
            certificate,
            private_key,
            password,
        } => {
            let key = (!private_key.trim().is_empty()).then_some(private_key.as_bytes());
            let read = read_pem(certificate.as_bytes(), key, secret(password).as_ref(), now);
            (read, "certificate")
        }
        Upload::Pkcs12 { base64, password } => {
            let text: String = base64.split_whitespace().collect();
            let bytes = STANDARD.decode(text).map_err(|_| {
                refused(
                    "pkcs12",
                    "Choose the file, or paste it in base64 (base64 -w0 client.p12).".into(),
                )
            })?;
            (read_pkcs12(&bytes, secret(password).as_ref(), now), "pkcs12")
        }
    };
    read.map_err(|problem| {
        let field = match problem {
            Problem::PasswordNeeded | Problem::WrongPassword => "key_password",
            _ => field,
        };
        refused(field, sentences(&problem))
    })
}

fn read_authorities(pem: &str, now: Timestamp) -> Result<Option<CaBundle>> {
    if pem.is_empty() {
        return Ok(None);
    }
    CaBundle::read(pem.as_bytes(), now)
        .map(Some)
        .map_err(|problem| Error::field("ca_bundle", Invalid::Refused(sentences(&problem))))
}

fn sentences(problem: &Problem) -> String {
    format!("{} {}", problem.cause(), problem.next_step())
        .trim_end()
        .to_owned()
}

/// Whom the key is shown to is a matter of trust: other authorities demand the key again.
fn check_trust(old: Option<&ProtocolProfile>, new: Option<&CaBundle>, uploaded: bool) -> Result<()> {
    let changed = old.is_some_and(|old| {
        !old.certificates.is_empty() && new.map(CaBundle::to_pem).unwrap_or_default() != old.ca_bundle
    });
    if changed && !uploaded {
        let text =
            "Other authorities are trusted now, so servers may see this certificate that did not before: \
                    upload certificate and private key again."
                .to_owned();
        return Err(Error::field("certificate", Invalid::SecretNeeded(text)));
    }
    Ok(())
}

fn built(
    engine: &Engine,
    who: &str,
    (checked, application): (CheckedProtocolProfile, ApplicationId),
    old: Option<&ProtocolProfile>,
    (identity, authorities): (Option<&Uploaded>, Option<&CaBundle>),
) -> ProtocolProfile {
    let stamp = Stamp::new(engine.now(), who, old);
    ProtocolProfile {
        id: old.map_or_else(|| engine.clock.id(), |old| old.id),
        application,
        name: checked.name.as_str().into(),
        description: checked.description,
        minimum_tls: checked.minimum_tls,
        certificates: match identity {
            Some(uploaded) => uploaded.info.clone(),
            None => old.map(|old| old.certificates.clone()).unwrap_or_default(),
        },
        ca_bundle: authorities.map(CaBundle::to_pem).unwrap_or_default(),
        authorities: authorities.map(CaBundle::info).unwrap_or_default(),
        version: stamp.version,
        created: stamp.created,
        created_by: stamp.created_by,
        updated: stamp.updated,
        updated_by: stamp.updated_by,
    }
}

fn words(profile: &ProtocolProfile) -> Labelled {
    let prints = |certificates: &[CertificateInfo]| {
        let print = |info: &CertificateInfo| info.fingerprint.clone();
        certificates.iter().map(print).collect::<Vec<_>>().join(", ")
    };
    vec![
        ("Name", profile.name.clone()),
        ("Description", profile.description.clone()),
        ("Minimum TLS version", profile.minimum_tls.label().into()),
        ("Certificates", prints(&profile.certificates)),
        ("Trusted authorities", prints(&profile.authorities)),
    ]
}

/// What a request through this profile brings to the handshake; without a profile, nothing of our own. The inner error
/// is a sentence that says what to mend.
pub(crate) async fn tls(
    engine: &Engine,
    id: Option<ProtocolProfileId>,
) -> Result<Result<TlsOptions, String>> {
    let Some(id) = id else {
        return Ok(Ok(TlsOptions::default()));
    };
    let Some(profile) = store::protocol_profile::find(&engine.db, id).await? else {
        return Ok(Err(
            "Its protocol profile does not exist any more. Choose another.".into(),
        ));
    };
    let Some((pem, _)) = engine.vault.read(&engine.db, id.0, IDENTITY).await? else {
        return Ok(Err(format!(
            "The protocol profile {} has no certificate yet. Upload it there.",
            profile.name
        )));
    };
    let identity =
        Identity::from_pem(&pem).map_err(|bad| Error::Internal(format!("protocol profile {id}: {bad}")))?;
    let identity = ClientIdentity::new(identity.chain().to_vec(), identity.key().clone_key())
        .map_err(|bad| Error::Internal(format!("protocol profile {id}: {bad}")))?;
    let roots = if profile.ca_bundle.is_empty() {
        Roots::System
    } else {
        let bundle = egress::CaBundle::from_pem(&profile.ca_bundle)
            .map_err(|bad| Error::Internal(format!("protocol profile {id}: {bad}")))?;
        Roots::Extra(bundle)
    };
    Ok(Ok(TlsOptions {
        roots,
        identity: Some(identity),
        minimum: profile.minimum_tls,
    }))
}

/// What stands against a deletion.
pub async fn delete_preview(
    engine: &Engine,
    by: &Granted<See>,
    id: ProtocolProfileId,
) -> Result<DeletePreview> {
    let profile = find(engine, by, id).await?;
    let names: Vec<String> = store::connection::by_protocol_profile(&engine.db, id)
        .await?
        .into_iter()
        .map(|c| c.name)
        .collect();
    let refused = counted(&names, "connection", "connections")
        .map(|text| format!("It is used by {text}. Choose another there first."))
        .into_iter()
        .collect();
    Ok(DeletePreview {
        record: RECORD.into(),
        name: profile.name,
        takes_along: Vec::new(),
        refused,
        version: profile.version,
    })
}

/// Deletes one that no connection uses.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<ProtocolProfileId>(&form.id, RECORD)?;
    let preview = delete_preview(engine, &by.actor().grant()?, id).await?;
    let version = form.version;
    record_edit::delete(engine, by.actor(), (RECORD, id), (&form, &preview), move |tx| {
        Box::pin(async move { Ok(store::protocol_profile::delete(tx, id, version).await?) })
    })
    .await
}
