//! What holds for every provider, every moment and every outage.

use model::Timestamp;
use oauth::{Behaviour, Jitter, back_off};
use proptest::prelude::*;

use crate::world::{Connection, DAY, HOUR, Provider};

/// Behaviours of providers from a day to three years.
fn behaviour() -> impl Strategy<Value = Behaviour> {
    let window = || proptest::option::of(DAY..1000 * DAY);
    (any::<bool>(), window(), window(), window()).prop_map(
        |(rotates, inactivity_ms, absolute_ms, refresh_lifespan_ms)| Behaviour {
            rotates,
            inactivity_ms,
            absolute_ms,
            refresh_lifespan_ms,
            needs_person: true,
        },
    )
}

/// When a connection that does everything right dies: the ends that no refresh moves.
fn unavoidable(behaviour: &Behaviour) -> i64 {
    let token = behaviour.refresh_lifespan_ms.filter(|_| !behaviour.rotates);
    [behaviour.absolute_ms, token]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or(i64::MAX)
}

/// Whether an idle connection lives as long as it can, going from one due time to the next.
fn lives_as_long_as_it_can(mut provider: Provider, jitter: Jitter, most: i64) -> Result<(), TestCaseError> {
    let behaviour = provider.behaviour;
    let end = unavoidable(&behaviour).min(most);
    let mut connection = Connection::authorised(&mut provider, jitter, Timestamp(0));
    let mut now = Timestamp(0);
    while let Some(due) = connection.due(&behaviour, None).filter(|due| due.0 < end) {
        prop_assert!(due >= now, "time goes on");
        now = due;
        prop_assert!(
            provider.is_alive(now),
            "dead on day {} of {}",
            now.0 / DAY,
            end / DAY
        );
        prop_assert!(connection.state.dead_at(&behaviour).is_none_or(|dead| now < dead));
        connection.tick(&mut provider, None, now);
        prop_assert!(connection.attempts < 40_000, "asked without end");
    }
    prop_assert!(
        provider.is_alive(Timestamp(end - 1)),
        "dead before day {}",
        end / DAY
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn an_idle_connection_never_dies_while_it_could_be_kept(behaviour in behaviour(), jitter: u32) {
        lives_as_long_as_it_can(Provider::new(behaviour, HOUR), Jitter::from_random(jitter), 1500 * DAY)?;
    }

    #[test]
    fn an_outage_shorter_than_a_quarter_of_the_window_kills_nothing(
        behaviour in behaviour(), jitter: u32, start in 0.0..1.0_f64, share in 0..240_i64,
    ) {
        let windows = [behaviour.inactivity_ms, behaviour.refresh_lifespan_ms.filter(|_| behaviour.rotates)];
        let window = windows.into_iter().flatten().min().unwrap_or(30 * DAY);
        let mut provider = Provider::new(behaviour, HOUR);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any moment will do")]
        let from = Timestamp((start * 4.0 * window as f64) as i64);
        // Days are waited through, so windows of years would make the test long; the shares are what matters.
        let length = (window * share / 1000).min(40 * DAY);
        provider.outages = vec![(from, from.plus(length))];
        lives_as_long_as_it_can(provider, Jitter::from_random(jitter), 6 * window)?;
    }

    #[test]
    fn a_wait_is_never_short_and_never_longer_than_asked_for(attempt: u32, jitter: u32, asked in proptest::option::of(1..DAY)) {
        let wait = back_off(attempt, Jitter::from_random(jitter), asked);
        prop_assert!(wait >= 2_500 && wait >= asked.unwrap_or(0));
        prop_assert!(wait <= asked.unwrap_or(0).max(15 * 60 * 1000));
    }

    #[test]
    fn a_share_is_part_of_the_whole(bits: u32, whole in 0..i64::MAX) {
        let share = Jitter::from_random(bits).of(whole);
        prop_assert!((0..=whole).contains(&share));
    }
}
