//! Notification channels: where warnings go.

mod api;
mod form;
mod pages;

pub use pages::{ChannelPage, NewChannelPage, NotificationsPage};
