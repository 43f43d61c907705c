//! Which addresses are public, and which are never called by accident.
//!
//! Sources: the IANA special-purpose address registries (RFC 6890 and its updates) and the metadata addresses
//! the cloud providers document.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

/// IPv4 ranges that are not public unicast.
const IPV4_SPECIAL: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),       // "this network"; Linux dials itself for it
    v4(10, 0, 0, 0, 8),      // private
    v4(100, 64, 0, 0, 10),   // carrier-grade NAT
    v4(127, 0, 0, 0, 8),     // loopback
    v4(169, 254, 0, 0, 16),  // link-local
    v4(172, 16, 0, 0, 12),   // private
    v4(192, 0, 0, 0, 24),    // IETF protocol assignments
    v4(192, 0, 2, 0, 24),    // documentation
    v4(192, 88, 99, 0, 24),  // 6to4 relays
    v4(192, 168, 0, 0, 16),  // private
    v4(198, 18, 0, 0, 15),   // benchmarking
    v4(198, 51, 100, 0, 24), // documentation
    v4(203, 0, 113, 0, 24),  // documentation
    v4(224, 0, 0, 0, 4),     // multicast
    v4(240, 0, 0, 0, 4),     // reserved, with 255.255.255.255
];

/// IPv6 is an allow-list: global unicast as delegated by IANA.
const IPV6_GLOBAL: Ipv6Net = v6(0x2000, 0, 3);

/// What is special inside `2000::/3`.
const IPV6_SPECIAL: [Ipv6Net; 4] = [
    v6(0x2001, 0, 23),     // IETF protocol assignments: Teredo, benchmarking, ORCHID
    v6(0x2001, 0xdb8, 32), // documentation
    v6(0x2002, 0, 16),     // 6to4
    v6(0x3fff, 0, 20),     // documentation
];

/// Link-local: where metadata services live, and nothing anybody means to integrate with.
const IPV4_LINK_LOCAL: Ipv4Net = v4(169, 254, 0, 0, 16);
const IPV6_LINK_LOCAL: Ipv6Net = v6(0xfe80, 0, 10);

/// Metadata services outside link-local: they hand out the machine's own credentials.
const METADATA: [IpAddr; 5] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)), // Alibaba Cloud
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),   // Azure WireServer, although public by its range
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),     // Oracle Cloud
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)), // AWS
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)), // Google Cloud
];

/// Whether `address` is public unicast. Expects what [`destination`] returned.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !IPV4_SPECIAL.iter().any(|range| range.contains(&address)),
        IpAddr::V6(address) => {
            IPV6_GLOBAL.contains(&address) && !IPV6_SPECIAL.iter().any(|range| range.contains(&address))
        }
    }
}

/// Whether `address`, or an IPv4 address it carries, is link-local or a metadata service and not in `listed`.
pub(crate) fn is_never_allowed(address: IpAddr, listed: impl Fn(IpAddr) -> bool) -> bool {
    let carried = match address {
        IpAddr::V4(_) => [None, None],
        IpAddr::V6(address) => carried_ipv4(address),
    };
    std::iter::once(address)
        .chain(carried.into_iter().flatten().map(IpAddr::V4))
        .any(|face| is_link_local_or_metadata(face) && !listed(face))
}

fn is_link_local_or_metadata(address: IpAddr) -> bool {
    METADATA.contains(&address)
        || match address {
            IpAddr::V4(address) => IPV4_LINK_LOCAL.contains(&address),
            IpAddr::V6(address) => IPV6_LINK_LOCAL.contains(&address),
        }
}

/// Where packets to `address` really end: an IPv4-mapped address and one behind the well-known NAT64 prefix
/// (RFC 6052) are judged as the IPv4 address they stand for. NAT64 keeps IPv6-only hosts working.
pub(crate) fn destination(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if is_nat64(address.segments()) => IpAddr::V4(last_32_bits(address)),
        address => address,
    }
}

fn is_nat64(segments: [u16; 8]) -> bool {
    segments[..6] == [0x64, 0xff9b, 0, 0, 0, 0]
}

/// The IPv4 addresses hidden in an IPv6 address, by the transition mechanisms that hide any.
fn carried_ipv4(address: Ipv6Addr) -> [Option<Ipv4Addr>; 2] {
    let segments = address.segments();
    let last = Some(last_32_bits(address));
    match segments {
        // IPv4-compatible and IPv4-mapped (RFC 4291), IPv4-translated (RFC 2765), and both NAT64 prefixes,
        // well-known (RFC 6052) and local-use (RFC 8215).
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] | [0x64, 0xff9b, 0 | 1, ..] => {
            [last, None]
        }
        // Teredo (RFC 4380): the server, and the client with its bits inverted.
        [0x2001, 0, ..] => [Some(two_segments(segments[2], segments[3])), last.map(inverted)],
        // 6to4 (RFC 3056).
        [0x2002, ..] => [Some(two_segments(segments[1], segments[2])), None],
        _ => [None, None],
    }
}

fn last_32_bits(address: Ipv6Addr) -> Ipv4Addr {
    let segments = address.segments();
    two_segments(segments[6], segments[7])
}

fn two_segments(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

fn inverted(address: Ipv4Addr) -> Ipv4Addr {
    Ipv4Addr::from(!u32::from(address))
}
