//! Callbacks that no honest provider sends.

use super::{ISSUER, World};

/// Callbacks by name and query; STATE stands for the right state.
fn callbacks() -> Vec<(&'static str, String)> {
    let good = format!("iss={ISSUER}&code=good-code&state=STATE");
    let long = "a".repeat(100 * 1024);
    let query = |text: &str| text.to_owned();
    vec![
        ("nothing at all", query("")),
        ("no state", format!("iss={ISSUER}&code=good-code")),
        ("empty state", format!("iss={ISSUER}&code=good-code&state=")),
        ("made-up state", format!("iss={ISSUER}&code=good-code&state=AAAA")),
        ("beginning of the state", good.replace("STATE", "HALF")),
        ("state in other case", good.replace("STATE", "UPPER")),
        ("state twice", format!("{good}&state=other")),
        (
            "state as a list",
            format!("iss={ISSUER}&code=good-code&state[]=STATE"),
        ),
        ("no code", format!("iss={ISSUER}&state=STATE")),
        ("empty code", format!("iss={ISSUER}&code=&state=STATE")),
        ("code twice", format!("{good}&code=other")),
        ("code with an error", format!("{good}&error=access_denied")),
        (
            "code with line breaks",
            format!("iss={ISSUER}&code=a%0d%0aX:%20y&state=STATE"),
        ),
        ("code of 100 KiB", format!("iss={ISSUER}&code={long}&state=STATE")),
        ("no issuer though promised", query("code=good-code&state=STATE")),
        (
            "another issuer",
            good.replace("login.example.com", "evil.example.com"),
        ),
        (
            "issuer with a slash",
            good.replace(ISSUER, "https://login.example.com/"),
        ),
        ("issuer by http", good.replace("https:", "http:")),
        (
            "issuer in other case",
            good.replace("login.example", "LOGIN.example"),
        ),
        ("issuer twice", format!("{good}&iss=https://evil.example.com")),
        ("a stranger's code", good.replace("good-code", "stolen-code")),
        (
            "consent denied",
            format!("iss={ISSUER}&error=access_denied&state=STATE"),
        ),
        (
            "error with markup",
            format!("iss={ISSUER}&error=x&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state=STATE"),
        ),
        (
            "error code with markup",
            format!("iss={ISSUER}&error=%3Cimg%20src=x%20onerror=alert(1)%3E&state=STATE"),
        ),
        (
            "error of 100 KiB",
            format!("iss={ISSUER}&error=x&error_description={long}&state=STATE"),
        ),
        (
            "token in the callback",
            format!("iss={ISSUER}&access_token=evil&token_type=Bearer&state=STATE"),
        ),
    ]
}

#[tokio::test]
async fn hostile_callbacks_are_refused() {
    let world = World::new().await;
    for (attack, query) in callbacks() {
        let state = world.begin().await;
        let query = query
            .replace("STATE", &state)
            .replace("HALF", &state[..state.len() / 2])
            .replace("UPPER", &swapped(&state));
        let result = world.finish("mine", &query).await;
        world.refused(attack, result).await;
        // Whatever came, the flow is over: the right callback comes too late.
        let late = format!("iss={ISSUER}&code=good-code&state={state}");
        let result = world.finish("mine", &late).await;
        world
            .refused(&format!("{attack}, then the right one"), result)
            .await;
    }
    let sent: Vec<_> = world
        .provider
        .behaviour
        .lock()
        .unwrap()
        .calls
        .iter()
        .flatten()
        .cloned()
        .collect();
    let codes: Vec<_> = sent
        .iter()
        .filter(|(name, _)| name == "code")
        .map(|(_, code)| code.as_str())
        .collect();
    assert_eq!(
        codes,
        ["stolen-code"],
        "only a code with state and issuer right reaches the provider"
    );
}

fn swapped(text: &str) -> String {
    let swap = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    text.chars().map(swap).collect()
}
