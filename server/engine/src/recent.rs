//! Answers that cost much and change with every message, remembered for as long as they are worth.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{Result, clock::Clock};

/// An answer counts for this many times as long as it took: at most a fiftieth of the time goes into asking again.
/// What takes a millisecond is as good as fresh; a day with 100,000 messages is a few seconds old.
const WORTH: u32 = 50;
/// Answers remembered at most.
const REMEMBERED: usize = 1000;

/// Remembered answers of one question, by its key.
pub(crate) struct Recent<K, V>(Mutex<HashMap<K, Answer<V>>>);

struct Answer<V> {
    value: V,
    at: Instant,
    life: Duration,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    /// The remembered answer, or a new one.
    pub(crate) async fn get(&self, clock: &Clock, key: K, ask: impl Future<Output = Result<V>>) -> Result<V> {
        let asked = clock.instant();
        if let Some(value) = self.known(&key, asked) {
            return Ok(value);
        }
        let value = ask.await?;
        let at = clock.instant();
        let answer = Answer {
            value: value.clone(),
            at,
            life: at.saturating_duration_since(asked) * WORTH,
        };
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= REMEMBERED {
            answers.clear();
        }
        answers.insert(key, answer);
        Ok(value)
    }

    fn known(&self, key: &K, now: Instant) -> Option<V> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get(key)?;
        (now.saturating_duration_since(answer.at) < answer.life).then(|| answer.value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn after(cost: Duration, value: i32) -> Result<i32> {
        let start = Instant::now();
        while start.elapsed() < cost {
            tokio::task::yield_now().await;
        }
        Ok(value)
    }

    #[tokio::test]
    async fn what_cost_much_is_remembered_and_each_key_for_itself() {
        let (recent, clock) = (Recent::default(), Clock::default());
        let dear = Duration::from_millis(200);
        assert_eq!(recent.get(&clock, "a", after(dear, 1)).await.unwrap(), 1);
        assert_eq!(recent.get(&clock, "a", after(dear, 2)).await.unwrap(), 1);
        assert_eq!(recent.get(&clock, "b", after(dear, 3)).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn an_answer_is_asked_for_again_when_its_life_is_over() {
        let (recent, clock) = (Recent::default(), Clock::default());
        let cheap = Duration::from_micros(100);
        assert_eq!(recent.get(&clock, (), after(cheap, 1)).await.unwrap(), 1);
        while recent.get(&clock, (), after(cheap, 2)).await.unwrap() == 1 {
            tokio::task::yield_now().await;
        }
    }
}
