//! A profile to ask with.

use model::Timestamp;
use oauth::{
    Algorithm, ClientAuthentication, Fresh, Grant, HttpCall, KeyIdentity, Parameters, PrivateKeyJwt, Profile,
    ProviderUrl, RawAnswer, Scopes, SigningKey, token_call,
};
use secrecy::{ExposeSecret, SecretString};

pub const TOKEN_URL: &str = "https://login.example.com/oauth/token";

/// 12 Nov 2026, 12:03:09 UTC.
pub const NOW: Timestamp = Timestamp(1_794_484_989_000);

pub const FRESH: Fresh = Fresh {
    now: NOW,
    random: *b"0123456789abcdefghijklmnopqrstuv",
};

/// A private key of `tests/keys`.
pub fn key(name: &str, algorithm: Option<Algorithm>) -> SigningKey {
    SigningKey::from_pem(&pem(name), algorithm).unwrap()
}

pub fn pem(name: &str) -> SecretString {
    let path = format!("{}/tests/keys/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap().into()
}

pub fn profile(authentication: ClientAuthentication) -> Profile {
    Profile {
        client_id: "client 1".into(),
        authentication,
        token_url: ProviderUrl::parse(TOKEN_URL).unwrap(),
        scopes: Scopes::parse("read write").unwrap(),
        audience: None,
        resources: Vec::new(),
        token_parameters: Parameters::default(),
    }
}

pub fn basic() -> ClientAuthentication {
    ClientAuthentication::Basic("s3cret:&+ä".into())
}

pub fn private_key_jwt() -> ClientAuthentication {
    ClientAuthentication::PrivateKeyJwt(PrivateKeyJwt {
        key: key("ec", None),
        identity: KeyIdentity::default(),
        audience: None,
    })
}

pub fn refresh() -> Grant {
    Grant::Refresh {
        refresh_token: "old-refresh".into(),
    }
}

/// The form of a call in clear.
pub fn form(call: &HttpCall) -> Vec<(String, String)> {
    call.form()
        .iter()
        .map(|field| (field.name.clone(), field.value.expose_secret().to_owned()))
        .collect()
}

/// A field that stands exactly once in the form.
pub fn field(call: &HttpCall, name: &str) -> String {
    let found: Vec<_> = form(call).into_iter().filter(|(n, _)| n == name).collect();
    assert_eq!(found.len(), 1, "{name} in {:?}", form(call));
    found[0].1.clone()
}

/// The call of `grant` by a client with a secret in the header.
pub fn call(grant: &Grant) -> HttpCall {
    token_call(&profile(basic()), grant, &FRESH).unwrap()
}

pub fn raw(status: u16, body: &[u8]) -> RawAnswer<'_> {
    RawAnswer {
        status,
        retry_after: None,
        location: None,
        body,
        truncated: false,
    }
}
