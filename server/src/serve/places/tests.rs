use std::{net::IpAddr, sync::Arc};

use futures::FutureExt;

use super::{Place, Places, Running};

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn has_ended(place: &Place) -> bool {
    place.ended().now_or_never().is_some()
}

/// `count` connections of one address.
fn idle(places: &Arc<Places>, from: &str, count: usize) -> Vec<Arc<Place>> {
    (0..count).map(|_| places.enter(address(from)).unwrap()).collect()
}

/// `count` connections of one address, each with a request under way.
fn busy(places: &Arc<Places>, from: &str, count: usize) -> Vec<(Arc<Place>, Running)> {
    let enter = |_| {
        let place = places.enter(address(from)).unwrap();
        let running = place.begin().unwrap();
        (place, running)
    };
    (0..count).map(enter).collect()
}

#[test]
fn an_address_has_its_share_and_no_more() {
    let places = Places::new(100, 8, Vec::new());
    let first = busy(&places, "192.0.2.1", 8);
    assert!(places.enter(address("192.0.2.1")).is_none());
    assert!(places.enter(address("::ffff:192.0.2.1")).is_none());
    assert!(places.enter(address("192.0.2.2")).is_some());
    drop(first);
    assert!(places.enter(address("192.0.2.1")).is_some());
    let _network = busy(&places, "2001:db8::1", 8);
    assert!(places.enter(address("2001:db8::ffff:2")).is_none());
    assert!(places.enter(address("2001:db8:0:1::2")).is_some());
}

#[test]
fn the_longest_idle_connection_of_an_address_ends_when_its_share_is_scarce() {
    let places = Places::new(100, 8, Vec::new());
    let held = idle(&places, "192.0.2.1", 6);
    // The oldest is not the one that is idle longest.
    drop(held[0].begin());
    let other = places.enter(address("192.0.2.2")).unwrap();
    assert!(!held.iter().any(|place| has_ended(place)));
    let _new = places.enter(address("192.0.2.1")).unwrap();
    let ended: Vec<_> = held.iter().map(|place| has_ended(place)).collect();
    assert_eq!(ended, [false, true, false, false, false, false]);
    assert!(held[1].begin().is_none(), "it begins no request any more");
    assert!(!has_ended(&other));
}

#[test]
fn the_address_with_most_connections_makes_room_for_others() {
    let places = Places::new(8, 8, Vec::new());
    let few = places.enter(address("192.0.2.2")).unwrap();
    let many = idle(&places, "192.0.2.1", 5);
    let _new = places.enter(address("192.0.2.3")).unwrap();
    assert!(has_ended(&many[0]) && !has_ended(&few));
}

#[test]
fn whoever_comes_from_another_address_gets_in_when_all_places_are_busy() {
    let places = Places::new(8, 8, Vec::new());
    let one = busy(&places, "192.0.2.1", 5);
    let other = busy(&places, "192.0.2.2", 3);
    assert!(places.enter(address("192.0.2.1")).is_none(), "it has most itself");
    let _new = busy(&places, "192.0.2.3", 1);
    assert!(has_ended(&one[0].0));
    assert!(!one[1..].iter().chain(&other).any(|(place, _)| has_ended(place)));
}

#[test]
fn requests_about_health_leave_a_connection_as_idle_as_it_was() {
    let places = Places::new(100, 8, Vec::new());
    let held = idle(&places, "192.0.2.1", 6);
    let asking = held[0].begin().unwrap();
    asking.leaves_connection_idle();
    drop(asking);
    let still_asking = held[1].begin().unwrap();
    still_asking.leaves_connection_idle();
    let _working = held[2].begin().unwrap();
    let _new = idle(&places, "192.0.2.1", 3);
    let ended: Vec<_> = held.iter().map(|place| has_ended(place)).collect();
    assert_eq!(ended, [true, true, false, true, false, false]);
}

#[test]
fn a_request_that_outlives_its_connection_keeps_the_place_and_cannot_lose_it() {
    let places = Places::new(100, 4, Vec::new());
    let (place, running) = busy(&places, "192.0.2.1", 1).remove(0);
    place.leave();
    drop(place);
    let _rest = busy(&places, "192.0.2.1", 3);
    assert!(places.enter(address("192.0.2.1")).is_none());
    drop(running);
    assert!(places.enter(address("192.0.2.1")).is_some());
}

#[test]
fn trusted_proxies_have_no_share_and_lose_nothing() {
    let places = Places::new(8, 2, vec!["10.0.0.0/8".parse().unwrap()]);
    let proxy = idle(&places, "10.0.0.1", 8);
    assert!(places.enter(address("192.0.2.1")).is_none());
    assert!(!proxy.iter().any(|place| has_ended(place)));
}

#[test]
fn nothing_is_remembered_of_connections_that_ended() {
    let places = Places::new(8, 4, Vec::new());
    for number in 0..100 {
        let place = places.enter(address(&format!("192.0.2.{number}"))).unwrap();
        drop(place.begin());
        place.leave();
    }
    let state = places.state();
    assert!(state.connections.is_empty() && state.networks.is_empty());
}
