//! Answers and addresses of token endpoints that mean no good.

use super::{ISSUER, World};
use engine::oauth_profiles;
use model::oauth_profile_form::OauthProfileForm;

#[tokio::test]
async fn hostile_token_answers_bring_no_token() {
    let world = World::new().await;
    let huge = format!(
        r#"{{"access_token":"{}","token_type":"Bearer"}}"#,
        "a".repeat(100 * 1024)
    );
    let endless = format!(r#"{{"x":"{}"}}"#, "a".repeat(3 * 1024 * 1024));
    let answers: Vec<(&str, u16, &str)> = vec![
        ("nothing", 200, ""),
        ("a page", 200, "<html><script>alert(1)</script></html>"),
        ("a list", 200, "[]"),
        ("no token", 200, r#"{"token_type":"Bearer"}"#),
        (
            "an empty token",
            200,
            r#"{"access_token":"","token_type":"Bearer"}"#,
        ),
        ("a number", 200, r#"{"access_token":1,"token_type":"Bearer"}"#),
        (
            "another token type",
            200,
            r#"{"access_token":"canary","token_type":"mac"}"#,
        ),
        ("DPoP", 200, r#"{"access_token":"canary","token_type":"DPoP"}"#),
        (
            "a token with a line break",
            200,
            r#"{"access_token":"a\r\nX-Evil: 1","token_type":"Bearer"}"#,
        ),
        ("a token of 100 KiB", 200, &huge),
        ("3 MiB", 200, &endless),
        (
            "a token with status 500",
            500,
            r#"{"access_token":"canary","token_type":"Bearer"}"#,
        ),
        ("a redirect", 302, ""),
        ("an error with status 200", 200, r#"{"error":"invalid_grant"}"#),
        (
            "markup",
            400,
            r#"{"error":"<b>x</b>","error_description":"<script>alert(1)</script>"}"#,
        ),
        ("not JSON", 400, "invalid_grant"),
        ("wrong client", 401, r#"{"error":"invalid_client"}"#),
    ];
    for (attack, status, body) in answers {
        world
            .provider
            .set(|behaviour| behaviour.fails = Some((status, body.to_owned())));
        let state = world.begin().await;
        let query = format!("iss={ISSUER}&code=good-code&state={state}");
        let result = world.finish("mine", &query).await;
        world.refused(attack, result).await;
    }
}

#[tokio::test]
async fn a_token_url_leads_to_allowed_addresses_only() {
    for url in [
        "http://169.254.169.254/token",
        "http://10.0.0.1/token",
        "http://[fe80::1]/token",
        "http://0x7f.1:1/t",
    ] {
        let world = World::new().await;
        let stored = oauth_profiles::list(&world.fixture.engine, &world.fixture.see())
            .await
            .unwrap();
        let form = OauthProfileForm {
            token_url: url.into(),
            client_secret: "x".into(),
            ..OauthProfileForm::of(&stored[0])
        };
        // Some are refused at once, the rest when the call would leave.
        if oauth_profiles::save(&world.fixture.engine, &world.fixture.design(), form)
            .await
            .is_err()
        {
            continue;
        }
        let state = world.begin().await;
        let result = world
            .finish("mine", &format!("iss={ISSUER}&code=good-code&state={state}"))
            .await;
        world.refused(url, result).await;
    }
}
