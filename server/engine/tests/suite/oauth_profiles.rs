//! OAuth profiles that would send a secret or a code where it must not go are refused, beside the field (promise S7).

use crate::support::{
    Fixture,
    provider::{Behaviour, Provider},
};
use engine::oauth_profiles;
use model::oauth_profile_form::OauthProfileForm;

type Change = fn(&mut OauthProfileForm);

#[tokio::test]
async fn profiles_that_would_leak_are_refused() {
    let fixture = Fixture::new().await;
    let provider = Provider::start(Behaviour::default()).await;
    let form = || provider.form("authorization_code", "https://api.example.com");
    let changes: [(&str, &str, Change); 19] = [
        ("script as a URL", "authorization_url", |f| {
            f.authorization_url = "javascript:alert(1)".into();
        }),
        ("data as a URL", "authorization_url", |f| {
            f.authorization_url = "data:text/html,x".into();
        }),
        ("a file", "token_url", |f| {
            f.token_url = "file:///etc/passwd".into();
        }),
        ("user info", "token_url", |f| {
            f.token_url = "https://user:pass@idp.example.com/".into();
        }),
        ("a fragment", "token_url", |f| {
            f.token_url = "https://idp.example.com/token#x".into();
        }),
        ("a redirect in the URL", "authorization_url", |f| {
            f.authorization_url =
                "https://idp.example.com/authorize?redirect_uri=https://evil.example".into();
        }),
        ("a state in the URL", "authorization_url", |f| {
            f.authorization_url = "https://idp.example.com/authorize?tenant=1&state=fixed".into();
        }),
        ("plain PKCE in the URL", "authorization_url", |f| {
            f.authorization_url = "https://idp.example.com/authorize?code_challenge_method=plain".into();
        }),
        ("another response in the URL", "authorization_url", |f| {
            f.authorization_url = "https://idp.example.com/authorize?%72esponse_type=token".into();
        }),
        ("a grant in the URL", "token_url", |f| {
            f.token_url = "https://idp.example.com/token?grant_type=password".into();
        }),
        ("own state", "authorization_parameters", |f| {
            f.authorization_parameters = "state=fixed".into();
        }),
        ("own redirect", "authorization_parameters", |f| {
            f.authorization_parameters = "redirect_uri=https://evil.example".into();
        }),
        ("plain PKCE", "authorization_parameters", |f| {
            f.authorization_parameters = "code_challenge_method=plain".into();
        }),
        ("another response", "authorization_parameters", |f| {
            f.authorization_parameters = "response_type=token".into();
        }),
        ("own grant", "token_parameters", |f| {
            f.token_parameters = "grant_type=password".into();
        }),
        ("own code", "token_parameters", |f| {
            f.token_parameters = "code=stolen".into();
        }),
        ("public without PKCE", "pkce", |f| {
            f.client_authentication = "none".into();
            f.pkce = String::new();
        }),
        ("an API with a path", "api_origins", |f| {
            f.api_origins = "https://api.example.com/v1".into();
        }),
        ("any API", "api_origins", |f| f.api_origins = "*".into()),
    ];
    for (attack, field, change) in changes {
        let mut form = form();
        change(&mut form);
        let refused = oauth_profiles::save(&fixture.engine, &fixture.design(), form).await;
        let engine::Error::Invalid(errors) = refused.expect_err(attack) else {
            panic!("{attack}: refused in another way");
        };
        assert!(errors.get(field).is_some(), "{attack}: {errors:?}");
    }
}
