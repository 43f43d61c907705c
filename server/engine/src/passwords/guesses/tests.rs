use proptest::prelude::*;

use super::{super::turns::MINUTE_MS, *};

const INSTANCES: usize = 3;
const ACCOUNT: Uuid = Uuid::from_u128(7);
const START: i64 = 1_800_000_000_000;

/// An exchange whose answer has not arrived: what was told, and what was stored at that moment.
type Answer = (News, Vec<Guess>);

/// Instances with a table in common.
struct World {
    instances: Vec<Guesses>,
    answers: Vec<Option<Answer>>,
    /// With the instance that told of it.
    table: Vec<(usize, Guess)>,
    now: i64,
    /// When passwords were checked.
    checked: Vec<i64>,
}

impl World {
    fn new(instances: usize) -> Self {
        let instance = || {
            let mut guesses = Guesses::default();
            guesses.share();
            guesses
        };
        Self {
            instances: (0..instances).map(|_| instance()).collect(),
            answers: (0..instances).map(|_| None).collect(),
            table: Vec::new(),
            now: START,
            checked: Vec::new(),
        }
    }

    /// Tries so many wrong passwords on one instance; returns how many were checked.
    fn burst(&mut self, instance: usize, tries: usize) -> usize {
        let account = Account::Known(ACCOUNT);
        let before = self.checked.len();
        for _ in 0..tries {
            if let Begun::Now = self.instances[instance].begin(&account, Timestamp(self.now)) {
                self.instances[instance].end(&account, true, Timestamp(self.now));
                self.checked.push(self.now);
            }
        }
        self.checked.len() - before
    }

    /// Writes what an instance has counted, and reads. The answer arrives with [`World::hear`].
    fn tell(&mut self, instance: usize) {
        if self.answers[instance].is_none() {
            let news = self.instances[instance].news();
            for guess in &news.guesses {
                // What is told again is stored once.
                if !self.table.contains(&(instance, *guess)) {
                    self.table.push((instance, *guess));
                }
            }
            let all = self.table.iter().map(|(_, guess)| *guess).collect();
            self.answers[instance] = Some((news, all));
        }
    }

    fn hear(&mut self, instance: usize) {
        if let Some((news, all)) = self.answers[instance].take() {
            self.instances[instance].told(news, &all, Timestamp(self.now));
        }
    }

    fn exchange(&mut self, instance: usize) {
        self.tell(instance);
        self.hear(instance);
    }

    /// The most passwords checked within ten minutes.
    fn worst_ten_minutes(&self) -> usize {
        let within = |from: &i64| {
            let end = from + 10 * MINUTE_MS;
            self.checked.iter().filter(|at| (*from..end).contains(at)).count()
        };
        self.checked.iter().map(within).max().unwrap_or(0)
    }
}

/// What happens on an instance within a second, in any order.
#[derive(Debug, Clone, Copy)]
enum Step {
    Burst(usize),
    Tell(usize),
    Hear(usize),
}

fn seconds() -> impl Strategy<Value = Vec<Step>> {
    let all: Vec<_> = (0..INSTANCES)
        .flat_map(|i| [Step::Burst(i), Step::Tell(i), Step::Hear(i)])
        .collect();
    // Some steps, shuffled: an instance that is left out says nothing, or is not attacked.
    proptest::sample::subsequence(all, 0..=3 * INSTANCES).prop_shuffle()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn at_most_110_in_ten_minutes_however_the_bursts_are_timed(
        // A pattern of some seconds, repeated for a while, then quiet for a while.
        phases in prop::collection::vec((prop::collection::vec(seconds(), 1..4), 1_usize..240, 0_i64..240), 2..12),
    ) {
        let mut world = World::new(INSTANCES);
        for (pattern, length, quiet) in phases {
            for second in pattern.iter().cycle().take(length) {
                for step in second {
                    match *step {
                        Step::Burst(instance) => { world.burst(instance, 12); }
                        Step::Tell(instance) => world.tell(instance),
                        Step::Hear(instance) => world.hear(instance),
                    }
                }
                world.now += 1000;
            }
            world.now += quiet * 1000;
        }
        let worst = world.worst_ten_minutes();
        prop_assert!(worst <= 110, "{worst} in ten minutes");
    }

    #[test]
    fn an_account_without_debt_gets_its_ten(
        attacked in prop::collection::vec(0..INSTANCES, 0..60),
        real in prop::collection::vec(0..INSTANCES, 10..11),
    ) {
        let mut world = World::new(INSTANCES);
        for instance in attacked {
            world.burst(instance, 12);
            world.exchange(instance);
            world.now += 1000;
        }
        // What was exceeded is paid off.
        world.now += 2 * MINUTE_MS;
        for instance in real {
            prop_assert_eq!(world.burst(instance, 1), 1);
            world.exchange(instance);
            world.now += 1000;
        }
    }
}

#[test]
fn simultaneous_bursts_every_three_minutes_stay_within_the_limit() {
    let mut world = World::new(INSTANCES);
    // Idle minutes save nothing up, and an instance that was quiet does not start with ten of its own.
    for _ in 0..5 {
        for _ in 0..60 {
            for instance in 0..INSTANCES {
                world.burst(instance, 30);
            }
            for instance in 0..INSTANCES {
                world.exchange(instance);
            }
            world.now += 1000;
        }
        world.now += 2 * MINUTE_MS;
    }
    let worst = world.worst_ten_minutes();
    assert!((40..=50).contains(&worst), "{worst}");
}

#[test]
fn a_steady_attack_gets_ten_a_minute_and_the_excess_of_one_second() {
    let mut world = World::new(INSTANCES);
    for _ in 0..1800 {
        for instance in 0..INSTANCES {
            world.burst(instance, 30);
        }
        for instance in 0..INSTANCES {
            world.exchange(instance);
        }
        world.now += 1000;
    }
    let worst = world.worst_ten_minutes();
    assert!((100..=100 + INSTANCES - 1).contains(&worst), "{worst}");
}

#[test]
fn one_instance_alone_lets_ten_through_at_once() {
    let mut guesses = Guesses::default();
    let account = Account::Known(ACCOUNT);
    for _ in 0..10 {
        assert!(matches!(guesses.begin(&account, Timestamp(START)), Begun::Now));
        assert!(!guesses.end(&account, true, Timestamp(START)), "nothing to tell");
    }
    let next = guesses.begin(&account, Timestamp(START));
    assert!(matches!(next, Begun::UsedUp(MINUTE_MS)), "{next:?}");
    assert!(guesses.news().guesses.is_empty());
}

#[test]
fn a_right_password_is_no_guess() {
    let mut guesses = Guesses::default();
    guesses.share();
    let account = Account::Known(ACCOUNT);
    for _ in 0..100 {
        assert!(matches!(guesses.begin(&account, Timestamp(START)), Begun::Now));
        assert!(!guesses.end(&account, false, Timestamp(START)));
    }
    assert!(guesses.news().told.is_empty());
}

#[test]
fn a_failed_exchange_loses_nothing_and_stops_nobody() {
    let mut world = World::new(2);
    assert_eq!(world.burst(0, 5), 1);
    let news = world.instances[0].news();
    world.instances[0].not_told(news);
    assert_eq!(world.burst(0, 20), 9, "ten a minute, by itself");
    world.exchange(0);
    assert_eq!(world.table.len(), 10);
    assert_eq!(world.burst(1, 5), 1, "before it hears of the others");
    world.exchange(1);
    world.now += MINUTE_MS - 1;
    assert_eq!(world.burst(1, 5), 0);
    world.now += 2;
    assert_eq!(world.burst(0, 5), 1, "and is paced again");
}

#[test]
fn names_of_nobody_are_paced_but_never_told() {
    let mut guesses = Guesses::default();
    guesses.share();
    for number in 0..3 * STRANGERS {
        let account = Account::new(None, &format!("Nobody {number}"));
        let now = Timestamp(START);
        assert!(matches!(guesses.begin(&account, now), Begun::Now));
        assert!(guesses.end(&account, true, now));
        assert!(matches!(guesses.begin(&account, now), Begun::After(_)), "paced");
    }
    assert!(guesses.tallies.len() <= STRANGERS, "bounded memory");
    let news = guesses.news();
    assert!(news.guesses.is_empty());
    guesses.told(news, &[], Timestamp(START));
    let last = Account::new(None, &format!("nobody {}", 3 * STRANGERS - 1));
    assert!(matches!(guesses.begin(&last, Timestamp(START)), Begun::Now));
}

#[test]
fn quiet_accounts_are_forgotten() {
    let mut guesses = Guesses::default();
    for number in 0..1000 {
        let account = Account::Known(Uuid::from_u128(number));
        guesses.begin(&account, Timestamp(START));
        guesses.end(&account, true, Timestamp(START));
    }
    guesses.begin(&Account::Known(ACCOUNT), Timestamp(START + MINUTE_MS));
    assert_eq!(guesses.tallies.len(), 1);
}

#[test]
fn guesses_at_the_same_moment_are_told_apart() {
    let mut world = World::new(1);
    for _ in 0..10 {
        assert_eq!(world.burst(0, 1), 1);
        world.exchange(0);
    }
    assert_eq!(world.table.len(), 10);
    assert_eq!(world.burst(0, 1), 0);
}
