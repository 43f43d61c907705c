//! argon2id in memory that is used again.
//!
//! Every hash needs 19 MiB. Allocated and freed for each, they stay with the allocator, once for every thread that ever
//! hashed, and the program grows by hundreds of megabytes under a flood of wrong passwords.

use std::sync::{Mutex, PoisonError};

use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHash, Version,
    password_hash::{Output, Salt, SaltString},
};

use crate::{Error, Result};

/// Hashes and verifies passwords; cares for nothing but the work. Holds as much memory as was needed at the same time.
#[derive(Default)]
pub(super) struct Argon {
    free: Mutex<Vec<Vec<Block>>>,
}

impl Argon {
    /// The hash of a password in PHC form.
    pub(super) fn hash(&self, password: &str, salt: &[u8]) -> Result<String> {
        let internal = |error: argon2::password_hash::Error| Error::Internal(error.to_string());
        let salt = SaltString::encode_b64(salt).map_err(internal)?;
        let (algorithm, version, params) = (Algorithm::Argon2id, Version::V0x13, params());
        let hash = PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: (&params).try_into().map_err(internal)?,
            salt: Some(salt.as_salt()),
            hash: Some(
                self.output(Argon2::new(algorithm, version, params), password, salt.as_salt())
                    .map_err(internal)?,
            ),
        };
        Ok(hash.to_string())
    }

    /// Whether a password fits a hash in PHC form, with the parameters the hash was made with. A hash that cannot be
    /// read fits no password.
    pub(super) fn verify(&self, hash: &str, password: &str) -> bool {
        let Ok(parsed) = PasswordHash::new(hash) else {
            return false;
        };
        let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else {
            return false;
        };
        let found = argon_of(&parsed).and_then(|argon| self.output(argon, password, salt));
        // `Output` is compared in constant time.
        found.is_ok_and(|found| found == expected)
    }

    fn output(
        &self,
        argon: Argon2<'_>,
        password: &str,
        salt: Salt<'_>,
    ) -> argon2::password_hash::Result<Output> {
        let mut buffer = [0; Salt::MAX_LENGTH];
        let salt = salt.decode_b64(&mut buffer)?;
        let length = argon.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut memory = self.free().pop().unwrap_or_default();
        memory.resize(argon.params().block_count(), Block::new());
        let output = Output::init_with(length, |output| {
            argon.hash_password_into_with_memory(password.as_bytes(), salt, output, &mut memory)?;
            Ok(())
        });
        // An older hash may have needed more.
        memory.truncate(params().block_count());
        memory.shrink_to_fit();
        self.free().push(memory);
        output
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
fn params() -> Params {
    Params::new(19_456, 2, 1, None).unwrap_or(Params::DEFAULT)
}

/// What `hash` was made with.
fn argon_of(hash: &PasswordHash<'_>) -> argon2::password_hash::Result<Argon2<'static>> {
    let algorithm = Algorithm::try_from(hash.algorithm)?;
    let version = hash.version.map_or(Ok(Version::V0x13), Version::try_from)?;
    Ok(Argon2::new(algorithm, version, Params::try_from(hash)?))
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher, PasswordVerifier};
    use futures::FutureExt;

    use super::*;
    use crate::{
        clock::Clock,
        passwords::{AT_ONCE, Passwords},
    };

    fn made(algorithm: Algorithm, params: Params, password: &str) -> String {
        let salt = SaltString::encode_b64(b"sixteen bytes ok").unwrap();
        Argon2::new(algorithm, Version::V0x13, params)
            .hash_password(password.as_bytes(), &salt)
            .unwrap()
            .to_string()
    }

    #[test]
    fn its_hashes_are_those_of_the_library() {
        let argon = Argon::default();
        for password in ["right", "", "zażółć"] {
            let hash = argon.hash(password, b"sixteen bytes ok").unwrap();
            assert_eq!(hash, made(Algorithm::Argon2id, params(), password));
            let parsed = PasswordHash::new(&hash).unwrap();
            let library = Argon2::default();
            assert!(library.verify_password(password.as_bytes(), &parsed).is_ok());
            assert!(argon.verify(&hash, password));
            assert!(!argon.verify(&hash, "wrong"));
        }
    }

    #[test]
    fn hashes_with_other_parameters_are_verified_in_any_order() {
        let argon = Argon::default();
        let others = [
            (Algorithm::Argon2id, Params::new(1024, 1, 1, None)),
            (Algorithm::Argon2id, Params::new(30_000, 1, 2, Some(16))),
            (Algorithm::Argon2i, Params::new(2048, 3, 1, Some(64))),
            (Algorithm::Argon2id, Ok(params())),
        ];
        let hashes = others.map(|(algorithm, params)| made(algorithm, params.unwrap(), "right"));
        for hash in hashes.iter().chain(hashes.iter().rev()) {
            assert!(argon.verify(hash, "right"), "{hash}");
            assert!(!argon.verify(hash, "wrong"), "{hash}");
        }
        let free = argon.free();
        assert_eq!(free.len(), 1, "one memory serves all");
        assert!(free[0].capacity() <= params().block_count());
    }

    #[test]
    fn what_is_no_hash_fits_nothing() {
        let argon = Argon::default();
        let good = argon.hash("right", b"sixteen bytes ok").unwrap();
        let cut = &good[..good.rfind('$').unwrap()];
        for hash in [
            "",
            "right",
            "$argon2id$",
            cut,
            &good.replace("argon2id", "scrypt"),
        ] {
            assert!(!argon.verify(hash, "right"), "{hash}");
        }
    }

    #[test]
    fn callers_that_leave_do_not_let_more_checks_run_at_once() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let passwords = Passwords::new(&Clock::default());
        runtime.block_on(async {
            let hash = passwords.hash("right").await.unwrap();
            for number in 0..20 {
                let account = crate::passwords::Account::new(None, &format!("user {number}"));
                let address = format!("192.0.2.{number}");
                let check = passwords.check(&account, Some(&hash), "wrong", &address);
                assert!(check.now_or_never().is_none(), "it is given up while it runs");
            }
        });
        // Waits for the checks.
        drop(runtime);
        assert!(passwords.argon.free().len() <= AT_ONCE);
    }
}
