//! The log of the program. Writing a line never fails, waits or panics where it is written: lines go to a thread of their
//! own, which drops what standard error does not take.

use std::{io::IsTerminal, panic};

use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

/// Lines that wait for standard error; further ones are dropped and counted.
const WAITING_LINES: usize = 8192;

/// Writes the last lines when it is dropped. Lives as long as the program.
pub struct Log {
    _writer: WorkerGuard,
    dropped: ErrorCounter,
}

impl Log {
    /// Counts the lines that were dropped because standard error did not take them in time.
    pub fn dropped(&self) -> ErrorCounter {
        self.dropped.clone()
    }
}

/// Sends the log to standard error: as text to people, as JSON to everything else.
pub fn start(filter: &str) -> Log {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(WAITING_LINES)
        .finish(std::io::stderr());
    let dropped = writer.error_counter();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        // It would report a failed write with `eprintln!`, which panics when standard error is closed.
        .log_internal_errors(false);
    if std::io::stderr().is_terminal() {
        log.init();
    } else {
        log.json().init();
    }
    // The standard hook writes to standard error itself and waits for whoever reads it.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let text = panic.payload_as_str().unwrap_or_default();
        let backtrace = std::backtrace::Backtrace::capture();
        tracing::error!(place, %backtrace, "panic: {text}");
    }));
    Log {
        _writer: guard,
        dropped,
    }
}
