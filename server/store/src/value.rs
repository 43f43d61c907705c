//! Values bound to placeholders: one list of values fits both databases, so that a statement is written once.

use std::borrow::Cow;

use model::Timestamp;
use sqlx::{Arguments, Database, Encode, Type, error::BoxDynError};
use uuid::Uuid;

use crate::error::{Error, Result};

/// A value for one placeholder. `None` is NULL of that type.
#[derive(Debug, Clone)]
pub(crate) enum Value<'v> {
    Id(Option<Uuid>),
    Integer(Option<i64>),
    Boolean(bool),
    Text(Option<Cow<'v, str>>),
    Bytes(Cow<'v, [u8]>),
}

/// A list of [`Value`]s, in the order of the placeholders.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}
pub(crate) use values;

impl Value<'_> {
    /// NULL in a column of text.
    pub(crate) const NO_TEXT: Self = Self::Text(None);

    /// A structure as JSON text. Only for types whose serialisation cannot fail.
    pub(crate) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<Value<'static>> {
        serde_json::to_string(value)
            .map(Value::from)
            .map_err(|_| Error::corrupt("json"))
    }
}

/// Puts the values into the form the driver wants.
pub(crate) fn arguments<A>(values: &[Value<'_>]) -> Result<A, BoxDynError>
where
    A: Arguments,
    A::Database: Database,
    for<'t> Option<Uuid>: Encode<'t, A::Database> + Type<A::Database>,
    for<'t> Option<i64>: Encode<'t, A::Database> + Type<A::Database>,
    for<'t> bool: Encode<'t, A::Database> + Type<A::Database>,
    for<'t> Option<&'t str>: Encode<'t, A::Database> + Type<A::Database>,
    for<'t> &'t [u8]: Encode<'t, A::Database> + Type<A::Database>,
{
    let mut arguments = A::default();
    for value in values {
        match value {
            Value::Id(id) => arguments.add(*id)?,
            Value::Integer(number) => arguments.add(*number)?,
            Value::Boolean(flag) => arguments.add(*flag)?,
            Value::Text(text) => arguments.add(text.as_deref())?,
            Value::Bytes(bytes) => arguments.add(&**bytes)?,
        }
    }
    Ok(arguments)
}

/// PostgreSQL cannot store U+0000 in text. It can only come from outside (a claimed user id, an error text).
fn storable(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        text
    }
}

impl From<Uuid> for Value<'_> {
    fn from(id: Uuid) -> Self {
        Self::Id(Some(id))
    }
}
impl From<Option<Uuid>> for Value<'_> {
    fn from(id: Option<Uuid>) -> Self {
        Self::Id(id)
    }
}
impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}
impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Integer(number)
    }
}
impl From<Timestamp> for Value<'_> {
    fn from(time: Timestamp) -> Self {
        Self::Integer(Some(time.0))
    }
}
impl From<Option<Timestamp>> for Value<'_> {
    fn from(time: Option<Timestamp>) -> Self {
        Self::Integer(time.map(|time| time.0))
    }
}
impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}
impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(Some(storable(Cow::Borrowed(text))))
    }
}
impl<'v> From<&'v String> for Value<'v> {
    fn from(text: &'v String) -> Self {
        Self::from(text.as_str())
    }
}
impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Some(storable(Cow::Owned(text))))
    }
}
impl<'v> From<&'v [u8]> for Value<'v> {
    fn from(bytes: &'v [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}
impl<'v> From<&'v Vec<u8>> for Value<'v> {
    fn from(bytes: &'v Vec<u8>) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

macro_rules! from_ids {
    ($($name:ident),+ $(,)?) => {$(
        impl From<model::id::$name> for Value<'_> {
            fn from(id: model::id::$name) -> Self {
                Self::Id(Some(id.0))
            }
        }
        impl From<Option<model::id::$name>> for Value<'_> {
            fn from(id: Option<model::id::$name>) -> Self {
                Self::Id(id.map(|id| id.0))
            }
        }
    )+};
}

from_ids! {
    ApplicationId, ProcessId, IntegrationId, ConnectionId, VariableId, RedactionId, OauthProfileId, ProtocolProfileId,
    InboundUserId, MessageId, TransactionId, HttpRequestId, ConnectionTestId, UserId, ApiTokenId, AuditId,
    RefusedCallId, TokenEventId, ChannelId, IncidentId, NoticeId, InboundCredentialId, OauthClientId, OauthClientSecretId,
}
