//! The OAuth 2.0 client protocol, without the network and without a clock.
//!
//! Calls to a provider are built here ([`token_call`], [`revocation_call`], [`authorization::begin`], [`discovery`]) and
//! its answers are read here ([`HttpCall::read`], [`Pending::finish`](authorization::Pending::finish)). What is in
//! between, sending through `egress` and storing in the vault, is the engine's. Time and randomness are passed in.
//!
//! The crate `oauth2` writes the requests of the grants it knows, with the client's authentication, PKCE and the
//! authorization URL. JWT bearer and private key JWT (RFC 7523), the reading of answers, `iss` (RFC 9207) and the life
//! times of tokens are ours: `docs/adr/0007-oauth-protocol.md` says why.

mod answer;
mod assertion;
pub mod authorization;
mod back_off;
mod call;
mod callback_problem;
pub mod discovery;
mod failure;
mod grant;
mod lifetime;
mod mask;
mod parameters;
mod profile;
mod provider_url;
mod refusal;
mod request;
mod scopes;
mod signing_key;
mod token_state;
mod wording;

pub use answer::{LARGEST_ANSWER, RawAnswer, TokenAnswer, TokenChange};
pub use assertion::{Fresh, KeyIdentity};
pub use back_off::{Jitter, back_off};
pub use call::{FormField, HttpCall, ShownCall, shown_header};
pub use callback_problem::CallbackProblem;
pub use failure::{FailureClass, TokenFailure};
pub use grant::{Asked, Grant, JwtBearer};
pub use lifetime::{Due, Ends, EndsBy, Why};
pub use mask::{MASKED, MASKED_BODY, Mask, UNSEARCHED};
pub use parameters::{BadParameter, Parameters};
pub use profile::{ClientAuthentication, PrivateKeyJwt, Profile};
pub use provider_url::{BadProviderUrl, ProviderUrl};
pub use request::{TokenKind, revocation_call, token_call};
pub use scopes::{BadScope, Scopes};
pub use signing_key::{Algorithm, KeyProblem, SigningKey};
pub use token_state::{Behaviour, RefreshState, TokenState};
