//! What people see of certificates: whose, from whom, until when.

use leptos::prelude::*;
use model::{Timestamp, certificate::CertificateInfo};

use crate::{context::Now, ui::badge::Pill};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// Days before its end from which a certificate is shown as expiring.
const SOON: i64 = 30;

/// One table per certificate.
#[component]
pub fn Certificates(
    /// The certificates; of a chain, the client's own first.
    certificates: Vec<CertificateInfo>,
    /// What they are: "Certificate", "Authority".
    what: &'static str,
) -> impl IntoView {
    let several = certificates.len() > 1;
    certificates
        .into_iter()
        .enumerate()
        .map(|(index, info)| {
            let caption = if several {
                format!("{what} {}", index + 1)
            } else {
                what.to_owned()
            };
            certificate_table(info, caption)
        })
        .collect_view()
}

fn certificate_table(info: CertificateInfo, caption: String) -> AnyView {
    let rows = [
        ("Subject", info.subject),
        ("Issuer", info.issuer),
        ("Alternative names", info.sans.join(", ")),
        ("Key", info.key),
        ("Fingerprint (SHA-256)", info.fingerprint),
        ("Serial number", info.serial),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(label, value)| view! { <tr><th scope="row">{label}</th><td class="break-all">{value}</td></tr> })
    .collect_view();
    let (from, until) = (info.not_before, info.not_after);
    view! {
        <table class="table certificate">
            <caption>{caption} " " <DaysLeft from until/></caption>
            <tbody>
                <tr><th scope="row">"Valid"</th><td>{format!("{} to {}", from.exact(), until.exact())}</td></tr>
                {rows}
            </tbody>
        </table>
    }
    .into_any()
}

/// How many days a certificate still has.
#[component]
pub fn DaysLeft(
    /// First moment of its validity.
    from: Timestamp,
    /// Last moment of its validity.
    until: Timestamp,
) -> impl IntoView {
    let now = use_context::<Now>();
    move || {
        let (tone, text) = days_left(from, until, now.map_or(from, |now| now.0.get()));
        view! { <Pill tone text/> }
    }
}

fn days_left(from: Timestamp, until: Timestamp, now: Timestamp) -> (&'static str, String) {
    if now > until {
        return ("bad", format!("Expired on {}", until.date()));
    }
    if now < from {
        return ("warn", format!("Not valid before {}", from.date()));
    }
    let days = until.since(now) / DAY;
    let tone = if days <= SOON { "warn" } else { "ok" };
    let text = match days {
        0 => "Expires within a day".into(),
        1 => "1 day left".into(),
        days => format!("{days} days left"),
    };
    (tone, text)
}

/// What may go wrong with a chain although it is in order: its end is no root.
pub fn unfinished_chain(chain: &[CertificateInfo]) -> Option<String> {
    let last = chain.last().filter(|last| last.subject != last.issuer)?;
    Some(format!(
        "The certificate of the issuer, {}, is not in the upload. If it is an intermediate authority, upload the chain with it: \
         servers that know only the root refuse the connection.",
        last.issuer
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_left_are_told_with_a_word_for_the_end() {
        let at = |days: i64| Timestamp(days * DAY);
        for (now, tone, text) in [
            (at(99), "warn", "Not valid before 11 Apr 1970"),
            (at(100), "ok", "100 days left"),
            (at(170), "warn", "30 days left"),
            (at(199), "warn", "1 day left"),
            (Timestamp(200 * DAY - 5), "warn", "Expires within a day"),
            (at(201), "bad", "Expired on 20 Jul 1970"),
        ] {
            assert_eq!(
                days_left(at(100), at(200), now),
                (tone, text.to_owned()),
                "{now:?}"
            );
        }
    }

    #[test]
    fn a_chain_that_ends_at_its_root_is_complete() {
        let info = |subject: &str, issuer: &str| CertificateInfo {
            subject: subject.into(),
            issuer: issuer.into(),
            sans: Vec::new(),
            serial: String::new(),
            not_before: Timestamp(0),
            not_after: Timestamp(1),
            fingerprint: String::new(),
            key: String::new(),
        };
        assert_eq!(unfinished_chain(&[]), None);
        assert_eq!(
            unfinished_chain(&[info("CN=a", "CN=r"), info("CN=r", "CN=r")]),
            None
        );
        let unfinished = unfinished_chain(&[info("CN=a", "CN=i")]).unwrap_or_default();
        assert!(unfinished.contains("CN=i"), "{unfinished}");
    }
}
