//! The shop's health, asked by programs of others: Kubernetes' grpc-health-probe and Python's grpcio-health-checking.

use std::process::{Command, Output};

use protocall_tests::program::{Running, built, finish};
use protocall_tests::{go, peer};

fn shop() -> Running {
    Running::start(built("shop_server"), &["--addr", "127.0.0.1:0", "--quiet"])
}

fn probe(shop: &Running, service: &str) -> Output {
    let mut probe = Command::new(go::program("grpc_health_probe"));
    probe.arg(format!("-addr={}", shop.address)).arg(format!("-service={service}"));
    probe.output().expect("the probe starts")
}

#[test]
fn kubernetes_probe_finds_the_server_and_its_services_healthy() {
    let shop = shop();
    for service in ["", "ecommerce.v1.ProductService", "ecommerce.v1.OrderService"] {
        let output = probe(&shop, service);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{service:?}: {said}");
        assert!(said.contains("status: SERVING"), "{service:?}: {said}");
    }
    let output = probe(&shop, "ecommerce.v1.Nothing");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "the probe's code for a call that failed: {said}");
    assert!(said.contains("NotFound"), "{said}");
}

#[test]
fn python_checks_lists_and_watches() {
    let shop = shop();
    finish(peer::command("health_caller.py").arg(&shop.address));
}
