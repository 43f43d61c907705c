//! Permission as a type: an operation that needs `Granted<Design>` cannot be called without it.

use std::marker::PhantomData;

use model::{
    id::UserId,
    permission::{Permission, Role},
};

use crate::Error;

/// Who is asking.
#[derive(Debug, Clone)]
pub struct Actor {
    /// `None` for the program itself.
    pub user: Option<UserId>,
    /// Name of the user, as written into records and the audit trail.
    pub name: String,
    pub role: Role,
    /// Where the request came from.
    pub address: String,
}

/// A permission as a type.
pub trait PermissionType: Send + Sync + 'static {
    /// The permission it stands for.
    const PERMISSION: Permission;
}

macro_rules! permission_types {
    ($($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl PermissionType for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}

permission_types! {
    /// See everything but secrets.
    See,
    /// Send, replay, test, enable and disable.
    Operate,
    /// Create and change what is designed.
    Design,
    /// Users, keys and audit.
    Administer
}

/// Proof that an [`Actor`] has permission `P`. Only [`Actor::grant`] makes one.
#[derive(Debug, Clone)]
pub struct Granted<P> {
    actor: Actor,
    permission: PhantomData<P>,
}

impl Actor {
    /// The program itself, for what it does on its own account (first administrator, command line).
    pub fn program() -> Self {
        Self {
            user: None,
            name: "switchboard".into(),
            role: Role::Administrator,
            address: String::new(),
        }
    }

    /// Proof of permission `P`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the role does not include it.
    pub fn grant<P: PermissionType>(&self) -> Result<Granted<P>, Error> {
        if self.role.may(P::PERMISSION) {
            Ok(Granted {
                actor: self.clone(),
                permission: PhantomData,
            })
        } else {
            Err(Error::Forbidden(P::PERMISSION))
        }
    }
}

impl<P> Granted<P> {
    /// Who it was granted to.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Name of who it was granted to.
    pub(crate) fn name(&self) -> &str {
        &self.actor.name
    }
}
