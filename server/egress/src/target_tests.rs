use url::Url;

use super::*;
use crate::policy::{Forbidden, ForbiddenReason, Policy};

/// What becomes of a URL before anything is resolved.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// The URL parser refuses it.
    NotAUrl,
    Bad(BadUrl),
    /// An address that is public.
    Dialled,
    Private,
    Never,
    /// A host name: decided by its addresses.
    Resolved(String),
}

fn fate(policy: &Policy, text: &str) -> Fate {
    let Ok(url) = Url::parse(text) else {
        return Fate::NotAUrl;
    };
    let target = match Target::from_url(&url) {
        Ok(target) => target,
        Err(problem) => return Fate::Bad(problem),
    };
    let Some(address) = target.literal() else {
        return Fate::Resolved(target.host());
    };
    match policy.check_address(&target.host(), address) {
        Ok(()) => Fate::Dialled,
        Err(Forbidden {
            reason: ForbiddenReason::NotPublic,
            ..
        }) => Fate::Private,
        Err(Forbidden {
            reason: ForbiddenReason::LinkLocalOrMetadata,
            ..
        }) => Fate::Never,
    }
}

#[test]
fn spellings_of_private_addresses_are_seen_through() {
    for text in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0X7F.0.0.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://0177.0x0.0.1/",
        "http://127.0.0.1./",
        "http://127.255.255.254/",
        "http://127.0.0.1:8080/",
        "http:127.0.0.1/",
        "http:\\\\127.0.0.1\\x",
        "http:///127.0.0.1/",
        "http://%31%32%37.0.0.1/",
        "http://１２７.０.０.１/",
        "http://127。0。0。1/",
        "http://①②⑦.0.0.1/",
        "ht\ntp://127.0.\t0.1/",
        "http://0/",
        "http://0.0.0.0/",
        "http://0.1.2.3/",
        "http://10.0.0.1/",
        "http://10.255.255.255/",
        "http://0xa.1/",
        "http://012.0.0.1/",
        "http://167772161/",
        "http://100.64.0.1/",
        "http://100.127.255.255/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.0.0.1/",
        "http://192.0.2.1/",
        "http://192.88.99.1/",
        "http://192.168.1.1/",
        "http://3232235777/",
        "http://198.18.0.1/",
        "http://198.19.255.255/",
        "http://198.51.100.7/",
        "http://203.0.113.7/",
        "http://224.0.0.1/",
        "http://239.255.255.250/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://4294967295/",
        "https://[::1]/",
        "https://[0:0:0:0:0:0:0:1]/",
        "https://[0000::0001]:8443/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::FFFF:10.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[::ffff:0:127.0.0.1]/",
        "https://[64:ff9b::127.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[64:ff9b:1::10.0.0.1]/",
        "https://[64:ff9b:1::8.8.8.8]/",
        "https://[2002:7f00:1::]/",
        "https://[2002:808:808::1]/",
        "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "https://[2001:2::1]/",
        "https://[2001:10::1]/",
        "https://[2001:db8::1]/",
        "https://[3fff::1]/",
        "https://[4000::1]/",
        "https://[100::1]/",
        "https://[5f00::1]/",
        "https://[fc00::1]/",
        "https://[fdff:ffff::1]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
    ] {
        assert_eq!(fate(&Policy::default(), text), Fate::Private, "{text}");
    }
}

#[test]
fn link_local_and_metadata_are_never_called_even_from_listed_networks() {
    let wide = Policy::parse("0.0.0.0/0, ::/0").expect("a clear setting");
    for text in [
        "http://169.254.169.254/latest/meta-data/",
        "http://169.254.0.1/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://169.16689662/",
        "http://169.254.169.254./",
        "http://100.100.100.200/",
        "http://168.63.129.16/",
        "http://192.0.0.192/",
        "http://[fe80::1]/",
        "http://[febf:ffff::1]/",
        "http://[fd00:ec2::254]/",
        "http://[fd20:ce::254]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[::169.254.169.254]/",
        "http://[::ffff:0:169.254.169.254]/",
        "http://[64:ff9b::169.254.169.254]/",
        "http://[64:ff9b:1::169.254.169.254]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[2001:0:a9fe:a9fe::1]/",
        "http://[2001:0:808:808:0:0:5601:5601]/",
    ] {
        assert_eq!(fate(&Policy::default(), text), Fate::Never, "{text}");
        assert_eq!(fate(&wide, text), Fate::Never, "{text} with everything listed");
    }
}

#[test]
fn public_addresses_are_called() {
    for text in [
        "http://8.8.8.8/",
        "http://134744072/",
        "http://1.1.1.1:8080/",
        "http://9.255.255.255/",
        "http://11.0.0.0/",
        "http://100.63.255.255/",
        "http://100.128.0.0/",
        "http://128.0.0.1/",
        "http://172.15.255.255/",
        "http://172.32.0.1/",
        "http://192.0.1.1/",
        "http://192.167.255.255/",
        "http://198.20.0.1/",
        "http://223.255.255.255/",
        "https://[2606:4700:4700::1111]/",
        "https://[2001:4860:4860::8888]/",
        "https://[2a00:1450:4001::1]/",
        "https://[64:ff9b::8.8.8.8]/",
        "https://[::ffff:8.8.8.8]/",
    ] {
        assert_eq!(fate(&Policy::default(), text), Fate::Dialled, "{text}");
    }
}

#[test]
fn other_schemes_user_info_and_odd_hosts_are_refused() {
    for (text, expected) in [
        ("ftp://8.8.8.8/", Fate::Bad(BadUrl::Scheme)),
        ("file:///etc/passwd", Fate::Bad(BadUrl::Scheme)),
        ("gopher://127.0.0.1:6379/_x", Fate::Bad(BadUrl::Scheme)),
        ("unix:/var/run/docker.sock", Fate::Bad(BadUrl::Scheme)),
        ("data:text/plain,x", Fate::Bad(BadUrl::Scheme)),
        ("ws://8.8.8.8/", Fate::Bad(BadUrl::Scheme)),
        ("http://user@8.8.8.8/", Fate::Bad(BadUrl::UserInfo)),
        ("http://8.8.8.8:80@127.0.0.1/", Fate::Bad(BadUrl::UserInfo)),
        ("http://:password@8.8.8.8/", Fate::Bad(BadUrl::UserInfo)),
        ("http://8.8.8.8:0/", Fate::Bad(BadUrl::Port)),
        ("http://8.8.8.8:65536/", Fate::NotAUrl),
        ("http://", Fate::NotAUrl),
        ("//127.0.0.1/", Fate::NotAUrl),
        ("127.0.0.1", Fate::NotAUrl),
        ("http://[fe80::1%25eth0]/", Fate::NotAUrl),
        ("http://[fe80::1%eth0]/", Fate::NotAUrl),
        ("http://[::1/", Fate::NotAUrl),
        ("http://127.0.0.256/", Fate::NotAUrl),
        ("http://1.2.3.4.5/", Fate::NotAUrl),
        ("http://127.0.0.0x1g/", Fate::Resolved("127.0.0.0x1g".into())),
        ("http://exa mple.com/", Fate::NotAUrl),
        ("http://LOCALHOST./", Fate::Resolved("localhost".into())),
        (
            "http://169.254.169.254.nip.io/",
            Fate::Resolved("169.254.169.254.nip.io".into()),
        ),
        ("http://Ⓔxample.com/", Fate::Resolved("example.com".into())),
        (
            "http://example.com\\@127.0.0.1/",
            Fate::Resolved("example.com".into()),
        ),
        (
            "http://example.com#@127.0.0.1/",
            Fate::Resolved("example.com".into()),
        ),
        (
            "http://example.com?@127.0.0.1/",
            Fate::Resolved("example.com".into()),
        ),
    ] {
        assert_eq!(fate(&Policy::default(), text), expected, "{text}");
    }
}
