//! Uploads good and bad, made by rcgen and by OpenSSL as people have it.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod authorities;
mod bad_pem;
mod bad_pkcs12;
mod good;
mod made;
mod openssl;
