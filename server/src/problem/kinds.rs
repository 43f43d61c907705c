//! The kinds of problems. Each is an anchor of `/docs/api`, where its `type` points to.

use std::borrow::Cow;

use app::ProblemKind;

/// They never change meaning. Of several with the same status the first is
/// what a refusal is when nothing more is said.
static KINDS: [ProblemKind; 23] = [
    kind(
        400,
        "bad-request",
        "Bad request",
        "The path, the query or the body is not well-formed.",
    ),
    kind(
        401,
        "unauthenticated",
        "Not authenticated",
        "Credentials are missing, wrong or expired. Send an API token, or the inbound user's name and password.",
    ),
    kind(
        403,
        "forbidden",
        "Forbidden",
        "The role of the user or token does not include the permission. Ask an administrator.",
    ),
    kind(
        404,
        "not-found",
        "Not found",
        "There is nothing at this path, or no record of this id.",
    ),
    kind(
        405,
        "method-not-allowed",
        "Method not allowed",
        "The path is known, the method is not. The header Allow names those that are.",
    ),
    kind(
        406,
        "not-acceptable",
        "Not acceptable",
        "The request accepts only types that are not offered. Accept application/json.",
    ),
    kind(
        408,
        "timed-out",
        "The request took too long",
        "The body did not arrive in time.",
    ),
    kind(
        409,
        "conflict",
        "Conflict",
        "The state of things stands against it, such as sending without an active connection.",
    ),
    kind(
        413,
        "too-large",
        "Body too large",
        "The body has more bytes than this installation takes.",
    ),
    kind(
        415,
        "unsupported-type",
        "Unsupported media type",
        "The Content-Type is not one that is taken here.",
    ),
    kind(
        421,
        "wrong-host",
        "Wrong host",
        "The Host is not this installation's public address.",
    ),
    kind(
        422,
        "invalid",
        "Fields are wrong",
        "Fields need to be corrected; errors says which and why.",
    ),
    kind(
        429,
        "too-many-requests",
        "Too many requests",
        "Wait as long as Retry-After says.",
    ),
    kind(
        500,
        "internal",
        "Internal error",
        "A fault of Switchboard. Its log says what happened.",
    ),
    kind(
        503,
        "unavailable",
        "Not available",
        "Something that is needed does not answer now. Nothing was stored; try again after Retry-After.",
    ),
    kind(
        403,
        "cross-site",
        "Cross-site request",
        "A form or script of another site asked. What changes something must come from a page of Switchboard itself.",
    ),
    kind(
        409,
        "stale",
        "Changed by somebody else",
        "The record has a newer version than the one you read. Read it again and repeat your change.",
    ),
    kind(
        400,
        "malformed",
        "Malformed message",
        "An inbound message or its message id cannot be understood; detail says where.",
    ),
    kind(
        403,
        "no-active-connection",
        "No active connection",
        "The inbound user belongs to no active connection of this process.",
    ),
    kind(
        404,
        "no-such-process",
        "No such process",
        "No process has this api name.",
    ),
    kind(
        409,
        "message-id-conflict",
        "Message id used with another body",
        "An inbound message with this message id came before, with another body.",
    ),
    kind(
        409,
        "message-id-reused",
        "Message id used for another message",
        "You sent another message to this integration under the same Idempotency-Key. Nothing was stored. Use a new key \
         for a new message.",
    ),
    kind(
        429,
        "too-many-tries",
        "Too many wrong passwords",
        "Wrong passwords of this inbound user. Wait as long as Retry-After says.",
    ),
];

const fn kind(status: u16, name: &'static str, title: &'static str, meaning: &'static str) -> ProblemKind {
    ProblemKind {
        name: Cow::Borrowed(name),
        status,
        title: Cow::Borrowed(title),
        meaning: Cow::Borrowed(meaning),
    }
}

/// Every kind of refusal there is.
pub fn kinds() -> &'static [ProblemKind] {
    &KINDS
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use engine::inbound::Refusal;

    use super::KINDS;

    #[test]
    fn every_kind_that_is_answered_is_described_once() {
        let names: BTreeSet<&str> = KINDS.iter().map(|kind| &*kind.name).collect();
        assert_eq!(names.len(), KINDS.len());
        // Those that are named in our own source, wherever it is.
        let source = [
            include_str!("../problem.rs"),
            include_str!("../gate/cross_site.rs"),
            include_str!("../forms.rs"),
        ];
        let used: Vec<&str> = source
            .iter()
            .flat_map(|text| text.split(".named(\"").skip(1))
            .filter_map(|rest| rest.split('"').next())
            .filter(|name| !name.contains('\\'))
            .collect();
        assert!(
            used.contains(&"stale") && used.contains(&"cross-site"),
            "{used:?}"
        );
        for name in used {
            assert!(names.contains(name), "{name}");
        }
    }

    #[test]
    fn every_refusal_of_an_inbound_call_is_described_with_its_status() {
        let text = String::new;
        for refusal in [
            Refusal::TooLarge { limit: 1 },
            Refusal::Unauthenticated(text()),
            Refusal::TooManyTries {
                retry_after_seconds: 1,
            },
            Refusal::UnknownProcess(text()),
            Refusal::NoActiveConnection(text()),
            Refusal::UnsupportedType(text()),
            Refusal::Malformed(text()),
            Refusal::Conflict(text()),
            Refusal::Unavailable(text()),
        ] {
            let described = KINDS.iter().find(|kind| kind.name == refusal.kind());
            assert_eq!(
                described.map(|kind| kind.status),
                Some(refusal.status()),
                "{}",
                refusal.kind()
            );
        }
    }
}
