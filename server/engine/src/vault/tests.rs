use secrecy::SecretBox;

use super::*;

fn vault() -> Vault {
    let clock = Clock::default();
    let id: Uuid = clock.id();
    let key = SecretBox::new(Box::new(clock.random::<32>()));
    let keyring = Keyring {
        keys: HashMap::from([(id, cipher(&key))]),
        active: id,
    };
    Vault {
        keyring: RwLock::new(Arc::new(keyring)),
        references: SecretSources::default(),
        source: MasterKeySource::of(&Settings::in_folder(std::path::Path::new(""))),
        clock,
    }
}

#[test]
fn a_secret_comes_back_for_its_own_row_only() {
    let vault = vault();
    let (one, two) = (vault.clock.id::<Uuid>(), vault.clock.id::<Uuid>());
    let sealed = vault.seal(one, "password", "hunter2").unwrap();
    assert_eq!(vault.opened_bytes(one, "password", &sealed).unwrap(), b"hunter2");
    assert!(
        vault.opened_bytes(two, "password", &sealed).is_err(),
        "another row"
    );
    assert!(
        vault.opened_bytes(one, "token", &sealed).is_err(),
        "another column"
    );
}

#[test]
fn any_flipped_bit_and_any_short_text_is_an_error() {
    let vault = vault();
    let owner = vault.clock.id::<Uuid>();
    let sealed = vault.seal(owner, "token", "x").unwrap();
    for byte in 0..sealed.len() {
        for bit in 0..8 {
            let mut flipped = sealed.clone();
            flipped[byte] ^= 1 << bit;
            assert!(vault.opened_bytes(owner, "token", &flipped).is_err());
        }
        assert!(vault.opened_bytes(owner, "token", &sealed[..byte]).is_err());
    }
}
