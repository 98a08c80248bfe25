//! The committed fixtures are what the simulator writes.

use std::fs;
use std::path::Path;

use pinglens_simulator::Job;
use pinglens_simulator::scenario::Scenario;

#[test]
fn fixtures_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    for scenario in Scenario::ALL {
        let (log, truth) = Job::fixture(scenario)
            .in_memory()
            .expect("the plan fits into its time");
        for (made, extension) in [(log, "log"), (truth, "truth.csv")] {
            let name = format!("{}.{extension}", scenario.name());
            let found = fs::read(folder.join(&name)).unwrap_or_default();
            // Not assert_eq: nobody wants to read megabytes of difference.
            assert!(
                found == made,
                "tests/fixtures/{name} is not what the simulator writes now. If it is meant to change, write it with\n\
                 cargo run -p pinglens-simulator -- {}",
                scenario.name()
            );
        }
    }
}
