//! What an answer means and what to do next, in plain words.

use model::{
    Timestamp,
    connection::{Authentication, Connection},
    connection_test::Verdict,
};

/// The cause and the next step of an answer.
pub(super) fn of_status(
    status: u16,
    verdict: Verdict,
    connection: &Connection,
    last_success: Option<Timestamp>,
    now: Timestamp,
    allowed: Option<&str>,
) -> (String, String) {
    let declared = !connection.expected_statuses.is_empty();
    match (verdict, status) {
        (Verdict::Authorised, _) if declared => (
            format!("{status}: as declared in Expected statuses."),
            String::new(),
        ),
        (Verdict::Failed, _) if declared => (
            format!(
                "{status} is none of the expected statuses ({}).",
                list(&connection.expected_statuses)
            ),
            "Check Test path and Expected statuses of the connection.".into(),
        ),
        (Verdict::Authorised, 200..=299) => (
            format!("{status}: the target accepted the request."),
            String::new(),
        ),
        (Verdict::Authorised, 300..=399) => (
            format!("{status}: reachable, not proven. The target redirects, and redirects are not followed."),
            "Put the final address into Endpoint URL.".into(),
        ),
        (Verdict::Authorised, 429) => (
            "429: reachable, not proven. The target limits how often it may be asked.".into(),
            "Wait a little and test again.".into(),
        ),
        (Verdict::Authorised, 500..=599) => (
            format!("{status}: reachable, not proven. The target itself failed."),
            "Ask its operator, or declare a Test path that answers 2xx.".into(),
        ),
        (Verdict::Authorised, _) => (
            format!("{status}: reachable, not proven."),
            "Declare a Test path that answers 2xx to prove it.".into(),
        ),
        (Verdict::Failed, 401) => (
            format!(
                "401: {} was refused.{}",
                credential(connection),
                last(last_success, now)
            ),
            replace(connection),
        ),
        (Verdict::Failed, 403) => (
            format!(
                "403: the target knows the caller but does not allow this request.{}",
                last(last_success, now)
            ),
            "Give the account the right to read this path, or declare another Test path.".into(),
        ),
        (Verdict::Failed, 404) => (
            "404: there is nothing at this address.".into(),
            "Check the Endpoint URL, or declare a Test path that exists.".into(),
        ),
        (Verdict::Failed, 405) => (
            match allowed {
                Some(methods) => format!(
                    "405: the target does not allow {} here. It allows {methods}.",
                    connection.test_method
                ),
                None => format!("405: the target does not allow {} here.", connection.test_method),
            },
            "Declare a Test method and Test path that the target answers.".into(),
        ),
        (Verdict::Failed, 400) => (
            "400: the target did not understand the request.".into(),
            "Declare a Test path, or add the headers it needs under Extra headers.".into(),
        ),
        (Verdict::Failed, _) => (
            format!("{status}: the target refused the request."),
            String::new(),
        ),
    }
}

fn list(statuses: &[u16]) -> String {
    statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

fn credential(connection: &Connection) -> &'static str {
    match connection.authentication {
        Authentication::None => "a request without credentials",
        Authentication::Basic => "the user or password",
        Authentication::Oauth2 | Authentication::Bearer => "the token",
        Authentication::ApiKey => "the API key",
    }
}

fn replace(connection: &Connection) -> String {
    match connection.authentication {
        Authentication::None => "Choose an Authentication for the connection.".into(),
        Authentication::Basic => "Check User, replace Password, and test again.".into(),
        Authentication::Oauth2 | Authentication::Bearer => "Replace the Token and test again.".into(),
        Authentication::ApiKey => "Check the API key name, replace the API key, and test again.".into(),
    }
}

fn last(success: Option<Timestamp>, now: Timestamp) -> String {
    success.map_or_else(String::new, |at| {
        format!(" Last successful call: {}.", at.relative_to(now))
    })
}
