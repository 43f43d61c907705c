//! Pages that update by themselves: the server says that something has changed, and what shows it asks again.
//!
//! A resource that reads [`version`] is fetched again after each change of that topic. Forms never read it, so that what is
//! being typed stays; and while a dialog is open nothing is updated below it, because its content would be lost.

use leptos::prelude::*;

/// What can change under an open page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Something that was designed, enabled, disabled or tested.
    Design,
    /// A transaction came or went on.
    Transactions,
}

impl Topic {
    const ALL: [Self; 2] = [Self::Design, Self::Transactions];

    /// The topic of a word of the server's.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "design" => Some(Self::Design),
            "transactions" => Some(Self::Transactions),
            _ => None,
        }
    }
}

/// How often each topic has changed since the page was loaded.
#[derive(Clone, Copy)]
pub struct Live {
    design: RwSignal<u32>,
    transactions: RwSignal<u32>,
    /// Changes that wait for a dialog to be closed.
    held: StoredValue<Vec<Topic>>,
}

impl Live {
    /// Puts it into the context of the application.
    pub fn provide() {
        provide_context(Self {
            design: RwSignal::new(0),
            transactions: RwSignal::new(0),
            held: StoredValue::new(Vec::new()),
        });
    }

    /// Takes note of a change.
    pub fn hear(self, topic: Topic) {
        self.held.try_update_value(|held| held.push(topic));
        self.release();
    }

    /// Passes on what was held, unless a dialog is open.
    pub fn release(self) {
        if document().query_selector("dialog[open]").ok().flatten().is_some() {
            return;
        }
        let held = self.held.try_update_value(std::mem::take).unwrap_or_default();
        for topic in Topic::ALL {
            if held.contains(&topic) {
                self.counter(topic).try_update(|count| *count += 1);
            }
        }
    }

    const fn counter(self, topic: Topic) -> RwSignal<u32> {
        match topic {
            Topic::Design => self.design,
            Topic::Transactions => self.transactions,
        }
    }
}

/// How often `topic` has changed since the page was loaded; 0 on the server.
pub fn version(topic: Topic) -> u32 {
    use_context::<Live>().map_or(0, |live| live.counter(topic).get())
}

/// How often anything has changed since the page was loaded; 0 on the server.
pub fn any_version() -> u32 {
    Topic::ALL.into_iter().map(version).sum()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::Topic;

    #[test]
    fn the_words_are_those_the_server_sends() {
        use engine::changes::Topic as Sent;
        for (sent, heard) in [
            (Sent::Design, Topic::Design),
            (Sent::Transactions, Topic::Transactions),
        ] {
            assert_eq!(Topic::parse(sent.word()), Some(heard));
        }
    }
}
