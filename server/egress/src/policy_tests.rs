use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn policy(setting: &str) -> Policy {
    Policy::parse(setting).expect("a clear setting")
}

#[test]
fn the_setting_allows_networks_addresses_and_names() {
    let listed = policy(" 127.0.0.0/8, ::1,10.1.0.0/16 ,[fd12::5], Jira.Intern.Example., 169.254.7.7/32,");
    for (host, address, allowed) in [
        ("127.0.0.1", "127.0.0.1", true),
        ("localhost", "::ffff:127.9.9.9", true),
        ("nat64", "64:ff9b::127.0.0.1", true),
        ("::1", "::1", true),
        ("x", "10.1.200.3", true),
        ("x", "10.2.0.1", false),
        ("x", "fd12::5", true),
        ("x", "fd12::6", false),
        ("jira.intern.example", "192.168.7.7", true),
        ("JIRA.intern.example.", "fd99::1", true),
        ("sub.jira.intern.example", "192.168.7.7", false),
        ("jira.intern.example", "169.254.169.254", false),
        ("jira.intern.example", "fe80::1", false),
        ("x", "169.254.7.7", true),
        ("x", "::ffff:169.254.7.7", true),
        ("x", "64:ff9b::169.254.7.7", true),
        ("x", "169.254.7.8", false),
    ] {
        let verdict = listed.check_address(host, ip(address));
        assert_eq!(verdict.is_ok(), allowed, "{host} at {address}");
    }
    assert_eq!(policy(" , "), Policy::default());
}

#[test]
fn the_setting_refuses_what_is_not_clear() {
    for (text, named) in [
        ("10.0.0.0/8, 10.0.0.5/8", "write 10.0.0.0/8"),
        ("10.0.0.0/33", "10.0.0.0/33"),
        ("127.1", "write 127.0.0.1"),
        ("0x7f000001", "write 127.0.0.1"),
        ("10.0.0.256", "10.0.0.256"),
        ("https://jira.example", "is a URL"),
        ("jira.example/path", "jira.example/path"),
        ("jira.example:8443", "jira.example:8443"),
        ("*.example.com", "wildcard"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("two words", "two words"),
    ] {
        let problem = Policy::parse(text).expect_err("refused").to_string();
        assert!(problem.contains(named), "{text}: {problem}");
    }
    let mapped = policy("::ffff:10.0.0.0/104");
    assert!(mapped.check_address("x", ip("10.9.9.9")).is_ok());
}

#[test]
fn a_refusal_names_address_and_setting() {
    let refusal = Policy::default()
        .check_address("10.0.0.5", ip("10.0.0.5"))
        .expect_err("refused");
    assert_eq!(
        refusal.to_string(),
        "Switchboard may not call 10.0.0.5: the address is not public and SWITCHBOARD_ALLOWED_TARGETS does not list it."
    );
    assert!(
        refusal
            .next_step()
            .contains("adds 10.0.0.5 or its network to SWITCHBOARD_ALLOWED_TARGETS")
    );
    let refusal = Policy::default()
        .check_address("meta.example", ip("fe80::1"))
        .expect_err("refused");
    assert!(refusal.to_string().contains("meta.example (fe80::1)"));
    assert!(refusal.next_step().contains("adds exactly fe80::1"));
}
