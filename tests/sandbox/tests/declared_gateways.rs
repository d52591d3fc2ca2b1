//! Every built-in descriptor is played: what a shop of that gateway sends by hand is taken, the page
//! pays, the notification has the gateway's signature, the answer counts, and the status is paid.

#[cfg(test)]
#[path = "../src/base64.rs"]
#[allow(dead_code, reason = "only one direction is used here")]
mod base64;
#[cfg(test)]
mod gateways;
#[cfg(test)]
mod listener;
#[cfg(test)]
mod started;

use gateways::drive::{FOLDER, played};
use gateways::plays;
use started::Sandbox;

#[test]
fn every_built_in_descriptor_is_played() {
    let sandbox = Sandbox::start(&[]);
    let mut names: Vec<String> = std::fs::read_dir(FOLDER)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    for play in plays() {
        if let Some(at) = names.iter().position(|name| name == play.id) {
            names.remove(at);
            played(&sandbox, play);
        }
    }
    // ExamplePay has its own test.
    assert_eq!(names, ["examplepay"], "a descriptor that no test plays");
}
