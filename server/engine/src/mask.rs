//! The mask of what is recorded and shown. It is the protocol's: providers repeat secrets as targets do.

pub(crate) use oauth::Mask;
