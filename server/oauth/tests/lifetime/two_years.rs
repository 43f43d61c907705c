//! Two years with a provider that forgets after 90 days without use and ends everything after 365 days.

use model::Timestamp;
use oauth::{Behaviour, Jitter};

use crate::world::{Connection, DAY, HOUR, MINUTE, Provider, ROTATING};

const TWO_YEARS: i64 = 730 * DAY;

/// How a simulation went.
struct Seen {
    refreshes: u32,
    attempts: u32,
    /// Per consent: the end that was told of beforehand, and when the consent was found expired.
    consents: Vec<(Option<Timestamp>, Option<Timestamp>)>,
}

/// Lives two years in steps. A person authorises anew as soon as, and only when, the connection is Expired.
fn live(mut provider: Provider, jitter: Jitter, step: i64, is_used: impl Fn(Timestamp) -> bool) -> Seen {
    let mut connection = Connection::authorised(&mut provider, jitter, Timestamp(0));
    let (mut used, mut attempts, mut consents) = (None, 0, Vec::new());
    let mut now = Timestamp(0);
    while now.0 < TWO_YEARS {
        now = now.plus(step);
        if is_used(now) {
            used = Some(now);
        }
        let expired = connection
            .state
            .dead_at(&provider.behaviour)
            .is_some_and(|end| end <= now);
        assert_eq!(
            expired,
            !provider.is_alive(now),
            "what is shown is the truth, day {}",
            now.0 / DAY
        );
        if expired {
            consents.push((announced(&connection, &provider), Some(now)));
            attempts += connection.attempts;
            connection = Connection::authorised(&mut provider, jitter, now);
        }
        connection.tick(&mut provider, used, now);
    }
    consents.push((announced(&connection, &provider), None));
    Seen {
        refreshes: provider.refreshes,
        attempts: attempts + connection.attempts,
        consents,
    }
}

/// The end that people are told of.
fn announced(connection: &Connection, provider: &Provider) -> Option<Timestamp> {
    connection.state.ends(&provider.behaviour).map(|ends| ends.at)
}

fn outages(days: &[(i64, i64)]) -> Vec<(Timestamp, Timestamp)> {
    days.iter()
        .map(|(from, to)| (Timestamp(from * DAY), Timestamp(to * DAY)))
        .collect()
}

/// A year is lived to its end, which was known beforehand.
fn lives_its_years(seen: &Seen, step: i64) {
    assert!(seen.consents.len() >= 2);
    for (index, (announced, expired)) in seen.consents.iter().enumerate() {
        if let Some(expired) = expired {
            let end = (i64::try_from(index).unwrap() + 1) * 365 * DAY;
            let late = expired.0 - end;
            assert!(
                (0..3 * step).contains(&late),
                "consent {index} ended {late} ms from its end"
            );
            assert_eq!(
                expired.since(announced.unwrap()) / (3 * step),
                0,
                "consent {index}"
            );
        }
    }
}

const JITTERS: [u32; 3] = [0, u32::MAX / 2, u32::MAX];

#[test]
fn an_idle_connection_is_kept_alive_with_a_handful_of_refreshes() {
    for jitter in JITTERS {
        let seen = live(
            Provider::new(ROTATING, HOUR),
            Jitter::from_random(jitter),
            HOUR,
            |_| false,
        );
        lives_its_years(&seen, HOUR);
        // Every 52 to 60 days.
        assert!(
            (12..=14).contains(&seen.refreshes),
            "{} refreshes",
            seen.refreshes
        );
        assert_eq!(seen.attempts, seen.refreshes);
    }
}

#[test]
fn a_busy_connection_refreshes_once_per_access_token() {
    for jitter in JITTERS {
        let seen = live(
            Provider::new(ROTATING, HOUR),
            Jitter::from_random(jitter),
            5 * MINUTE,
            |_| true,
        );
        lives_its_years(&seen, 5 * MINUTE);
        // An hour's token is refreshed 5 to 10 minutes before its end, never more often.
        assert!(
            (17_400..=21_100).contains(&seen.refreshes),
            "{} refreshes",
            seen.refreshes
        );
    }
}

#[test]
fn a_connection_used_once_a_month_is_kept_alive_without_hourly_refreshes() {
    let first_hour_of_a_month = |now: Timestamp| now.0 % (30 * DAY) < HOUR;
    let seen = live(
        Provider::new(ROTATING, HOUR),
        Jitter::from_random(7),
        10 * MINUTE,
        first_hour_of_a_month,
    );
    lives_its_years(&seen, 10 * MINUTE);
    assert!(
        (24..=80).contains(&seen.refreshes),
        "{} refreshes",
        seen.refreshes
    );
}

#[test]
fn outages_of_days_and_weeks_kill_nothing() {
    // The longest begins just when the keep-alive is due, and lasts until three days before the provider forgets.
    let long = [
        (52, 87),
        (120, 121),
        (200, 205),
        (300, 302),
        (425, 440),
        (500, 504),
        (600, 601),
    ];
    for jitter in JITTERS {
        for busy in [false, true] {
            let mut provider = Provider::new(ROTATING, HOUR);
            provider.outages = outages(&long);
            let seen = live(provider, Jitter::from_random(jitter), 10 * MINUTE, |_| busy);
            lives_its_years(&seen, 10 * MINUTE);
            // While the provider is away it is asked every quarter of an hour at most, 65 days in all.
            assert!(
                seen.attempts - seen.refreshes <= 65 * 24 * 6 + 10,
                "{} attempts",
                seen.attempts
            );
        }
    }
}

#[test]
fn a_provider_that_does_not_rotate_is_kept_alive_too() {
    let behaviour = Behaviour {
        rotates: false,
        ..ROTATING
    };
    for busy in [false, true] {
        let seen = live(
            Provider::new(behaviour, HOUR),
            Jitter::from_random(99),
            30 * MINUTE,
            |_| busy,
        );
        lives_its_years(&seen, 30 * MINUTE);
        assert!(
            busy || (12..=14).contains(&seen.refreshes),
            "{} refreshes",
            seen.refreshes
        );
    }
}

#[test]
fn a_refresh_token_that_is_never_renewed_ends_as_announced() {
    // ServiceNow: 100 days, the same refresh token every time.
    let behaviour = Behaviour {
        rotates: false,
        inactivity_ms: None,
        absolute_ms: None,
        refresh_lifespan_ms: Some(100 * DAY),
        needs_person: true,
    };
    for busy in [false, true] {
        let seen = live(
            Provider::new(behaviour, 30 * MINUTE),
            Jitter::from_random(1),
            10 * MINUTE,
            |_| busy,
        );
        assert_eq!(seen.consents.len(), 8, "730 days of 100");
        for (index, (announced, expired)) in seen.consents.iter().enumerate() {
            if let Some(expired) = expired {
                let life = expired.0 - i64::try_from(index).unwrap() * 100 * DAY;
                assert!((100 * DAY..101 * DAY).contains(&life));
                assert!(expired.since(announced.unwrap()) < DAY);
            }
        }
        assert_eq!(
            seen.refreshes == 0,
            !busy,
            "an idle one has nothing to keep alive"
        );
    }
}

#[test]
fn a_rotating_refresh_token_with_a_life_of_its_own_never_ends() {
    // Microsoft Entra ID: each refresh token lives 90 days, and each refresh brings a new one.
    let behaviour = Behaviour {
        absolute_ms: None,
        inactivity_ms: None,
        refresh_lifespan_ms: Some(90 * DAY),
        ..ROTATING
    };
    for jitter in JITTERS {
        let seen = live(
            Provider::new(behaviour, HOUR),
            Jitter::from_random(jitter),
            HOUR,
            |_| false,
        );
        assert_eq!(seen.consents.len(), 1, "nobody had to authorise anew");
        assert!(seen.consents[0].0.is_none(), "and nobody has to");
        assert!((12..=14).contains(&seen.refreshes));
    }
}
