//! A large set of schemas in one call: Envoy's API, 1,450 messages in 505 files. They compile where every warning is an
//! error, and what they make works.

use std::process::Command;

use protocall_tests::envoy;
use protocall_tests::outside::OutsideCrate;
use protocall_tests::program::finish;

const MAIN: &str = r#"
use pb::envoy::config::{cluster::v3 as cluster, core::v3 as core};
use pb::envoy::service::discovery::v3::{DiscoveryRequest, DiscoveryResponse};
use protocall::well_known::{Any, Duration};
use protocall::{Json, Message, Reflect, Text};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let discovered = cluster::cluster::DiscoveryType::StrictDns;
    let cluster = cluster::Cluster {
        name: "shop".into(),
        connect_timeout: Some(Duration { seconds: 2, ..Default::default() }),
        cluster_discovery_type: Some(cluster::cluster::ClusterDiscoveryType::Type(discovered)),
        ..Default::default()
    };
    let reply = DiscoveryResponse { resources: vec![Any::pack(&cluster)], ..Default::default() };
    let read = DiscoveryResponse::decode(&reply.encode_to_vec())?;
    assert_eq!(read.resources[0].unpack::<cluster::Cluster>()?, cluster);
    assert_eq!(cluster::Cluster::from_json(&cluster.to_json()?)?, cluster);
    assert_eq!(cluster::Cluster::from_text(&cluster.to_text())?, cluster);

    let node = core::Node { id: "n1".into(), ..Default::default() };
    let request = DiscoveryRequest { node: Some(node), ..Default::default() };
    assert_eq!(DiscoveryRequest::decode(&request.encode_to_vec())?.node().id, "n1");
    println!("{} files", request.descriptor().pool().files().count());
    Ok(())
}
"#;

#[test]
fn all_of_envoy_compiles_and_works() {
    let files = envoy::schemas();
    let outside = OutsideCrate::new("outside_envoy");
    let mut paths = String::new();
    for (path, text) in &files {
        outside.write(&format!("proto/{path}"), text);
        paths.push_str(&format!("    \"proto/{path}\",\n"));
    }
    let options = "include = [\"proto\"], warnings = false";
    let head = "//! All of it.\n#![deny(warnings)]\n";
    outside.write(
        "src/main.rs",
        &format!("{head}mod pb {{\n    protocall::include_proto!([\n{paths}], {options});\n}}\n{MAIN}"),
    );
    outside.extend_manifest("[profile.dev.package.outside_envoy]\ndebug = false\n");
    finish(&mut outside.cargo("build"));
    let output = finish(&mut Command::new(outside.program()));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let count: usize = said.trim().trim_end_matches(" files").parse().expect("it says how many");
    assert!(count >= files.len(), "{count} of {} files have descriptors", files.len());
}
