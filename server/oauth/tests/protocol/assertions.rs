//! Signed assertions, verified with the public part of the key.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use oauth::{
    Algorithm, ClientAuthentication, Fresh, Grant, JwtBearer, KeyIdentity, KeyProblem, PrivateKeyJwt,
    SigningKey, token_call,
};
use ring::signature::{self, KeyPair as _, UnparsedPublicKey, VerificationAlgorithm};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::{FRESH, NOW, TOKEN_URL, field, key, pem, profile};

/// The public part of a key of `tests/keys`, as ring verifies with it.
fn public(name: &str) -> Vec<u8> {
    let der = PrivateKeyDer::from_pem_slice(pem(name).expose_secret().as_bytes()).unwrap();
    if name.starts_with("rsa") {
        let pair = signature::RsaKeyPair::from_pkcs8(der.secret_der()).unwrap();
        pair.public_key().as_ref().to_vec()
    } else {
        let random = ring::rand::SystemRandom::new();
        let algorithm = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = signature::EcdsaKeyPair::from_pkcs8(algorithm, der.secret_der(), &random).unwrap();
        pair.public_key().as_ref().to_vec()
    }
}

/// Header and claims of a token whose signature holds.
fn verified(jwt: &str, key: &str, algorithm: &'static dyn VerificationAlgorithm) -> (Value, Value) {
    let (message, signature) = jwt.rsplit_once('.').unwrap();
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    UnparsedPublicKey::new(algorithm, public(key))
        .verify(message.as_bytes(), &decode(signature))
        .unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let read = |part: &str| serde_json::from_slice(&decode(part)).unwrap();
    (read(header), read(claims))
}

fn client_assertion(proof: PrivateKeyJwt, fresh: &Fresh) -> String {
    let profile = profile(ClientAuthentication::PrivateKeyJwt(proof));
    let call = token_call(&profile, &Grant::ClientCredentials, fresh).unwrap();
    assert_eq!(
        field(&call, "client_assertion_type"),
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    field(&call, "client_assertion")
}

#[test]
fn each_algorithm_signs_so_that_the_public_key_verifies() {
    let rows: [(&str, Option<Algorithm>, &str, &'static dyn VerificationAlgorithm); 5] = [
        ("rsa", None, "RS256", &signature::RSA_PKCS1_2048_8192_SHA256),
        (
            "rsa",
            Some(Algorithm::Rs256),
            "RS256",
            &signature::RSA_PKCS1_2048_8192_SHA256,
        ),
        (
            "rsa",
            Some(Algorithm::Ps256),
            "PS256",
            &signature::RSA_PSS_2048_8192_SHA256,
        ),
        ("ec", None, "ES256", &signature::ECDSA_P256_SHA256_FIXED),
        (
            "ec",
            Some(Algorithm::Es256),
            "ES256",
            &signature::ECDSA_P256_SHA256_FIXED,
        ),
    ];
    for (name, algorithm, word, verifier) in rows {
        let proof = PrivateKeyJwt {
            key: key(name, algorithm),
            identity: KeyIdentity::default(),
            audience: None,
        };
        let (header, claims) = verified(&client_assertion(proof, &FRESH), name, verifier);
        assert_eq!(header, json!({"alg": word, "typ": "JWT"}));
        assert_eq!(claims["iss"], "client 1");
        assert_eq!(claims["sub"], "client 1");
        assert_eq!(claims["aud"], TOKEN_URL);
    }
}

#[test]
fn a_client_assertion_is_short_lived_and_single_use() {
    let proof = PrivateKeyJwt {
        key: key("ec", None),
        identity: KeyIdentity {
            kid: Some("key-7".into()),
            certificate_sha256: Some([7; 32]),
        },
        audience: Some("https://login.example.com".into()),
    };
    let read = |fresh: &Fresh| {
        verified(
            &client_assertion(proof.clone(), fresh),
            "ec",
            &signature::ECDSA_P256_SHA256_FIXED,
        )
    };
    let (header, claims) = read(&FRESH);
    assert_eq!(header["kid"], "key-7");
    assert_eq!(header["x5t#S256"], URL_SAFE_NO_PAD.encode([7; 32]));
    assert_eq!(claims["aud"], "https://login.example.com");
    let (issued, expires) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
    assert_eq!(issued, NOW.0 / 1000);
    assert!(expires > issued && expires - issued <= 300);
    // Another call, another identifier.
    let other = Fresh {
        random: [9; 32],
        ..FRESH
    };
    assert_ne!(read(&other).1["jti"], claims["jti"]);
}

#[test]
fn a_bearer_assertion_cannot_be_bent_by_its_claims() {
    let claims =
        json!({"scope": "a b", "aud": ["https://evil.example"], "exp": 99_999_999_999_i64, "iss": "x"});
    let mut bearer = JwtBearer {
        key: key("rsa", None),
        identity: KeyIdentity::default(),
        issuer: Some("service@example.com".into()),
        subject: "user@example.com".into(),
        audience: Some("https://login.example.com".into()),
        claims: claims.as_object().unwrap().clone(),
    };
    let assertion = |bearer: &JwtBearer| {
        let profile = profile(ClientAuthentication::Public);
        let call = token_call(&profile, &Grant::JwtBearer(bearer.clone()), &FRESH).unwrap();
        verified(
            &field(&call, "assertion"),
            "rsa",
            &signature::RSA_PKCS1_2048_8192_SHA256,
        )
        .1
    };
    let claims = assertion(&bearer);
    assert_eq!(claims["scope"], "a b");
    assert_eq!(claims["aud"], "https://login.example.com");
    assert_eq!(claims["iss"], "service@example.com");
    assert_eq!(claims["sub"], "user@example.com");
    assert!(claims["exp"].as_i64().unwrap() - NOW.0 / 1000 <= 300);
    bearer.issuer = None;
    bearer.audience = None;
    let claims = assertion(&bearer);
    assert_eq!(
        (claims["iss"].as_str(), claims["aud"].as_str()),
        (Some("client 1"), Some(TOKEN_URL))
    );
}

#[test]
fn both_assertions_of_one_call_have_their_own_identifiers() {
    let proof = PrivateKeyJwt {
        key: key("ec", None),
        identity: KeyIdentity::default(),
        audience: None,
    };
    let grant = Grant::JwtBearer(JwtBearer {
        key: key("ec", None),
        identity: KeyIdentity::default(),
        issuer: None,
        subject: "u".into(),
        audience: None,
        claims: serde_json::Map::new(),
    });
    let call = token_call(
        &profile(ClientAuthentication::PrivateKeyJwt(proof)),
        &grant,
        &FRESH,
    )
    .unwrap();
    let id = |name: &str| {
        verified(&field(&call, name), "ec", &signature::ECDSA_P256_SHA256_FIXED).1["jti"].clone()
    };
    assert_ne!(id("assertion"), id("client_assertion"));
}

#[test]
fn keys_are_read_in_every_usual_form_and_refused_with_the_reason() {
    for good in ["rsa", "rsa-pkcs1", "ec", "ec-sec1"] {
        let signing = SigningKey::from_pem(&pem(good), None);
        assert!(signing.is_ok(), "{good}: {signing:?}");
    }
    for (bad, algorithm, why) in [
        ("rsa-1024", None, KeyProblem::RsaTooShort),
        ("rsa-encrypted", None, KeyProblem::Encrypted),
        ("rsa-public", None, KeyProblem::NotPrivate),
        ("ec-p384-sec1", None, KeyProblem::Unsupported),
        ("ed25519", None, KeyProblem::Unsupported),
        (
            "rsa",
            Some(Algorithm::Es256),
            KeyProblem::OtherAlgorithm(Algorithm::Es256),
        ),
        (
            "ec",
            Some(Algorithm::Ps256),
            KeyProblem::OtherAlgorithm(Algorithm::Ps256),
        ),
    ] {
        assert_eq!(
            SigningKey::from_pem(&pem(bad), algorithm).unwrap_err(),
            why,
            "{bad}"
        );
    }
    let rsa = pem("rsa").expose_secret().to_owned();
    for (text, why) in [
        (String::new(), KeyProblem::NotPem),
        ("hunter2".into(), KeyProblem::NotPem),
        (rsa[..rsa.len() / 2].into(), KeyProblem::Damaged),
        (rsa.replace("MII", "AAA"), KeyProblem::Damaged),
        ("x".repeat(70_000), KeyProblem::TooLarge),
    ] {
        let problem = SigningKey::from_pem(&text.as_str().into(), None).unwrap_err();
        assert_eq!(problem, why, "{}", &text[..text.len().min(40)]);
    }
}
