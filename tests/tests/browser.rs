//! A page in headless Chromium creates, lists and watches products of the shop, by gRPC-Web from another origin: through
//! connect-web's transport and through grpc-web in binary and in text. What the page showed is kept in the target folder.

use std::fs;

use protocall_tests::node;
use protocall_tests::program::{Running, built, finish, installed, target_dir};

#[test]
fn a_page_calls_the_shop() {
    let chromium = installed("chromium", "chromium");
    let shop = Running::start(built("shop_server"), &["--addr", "127.0.0.1:0", "--quiet"]);
    let folder = target_dir().join("browser");
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    let screenshot = folder.join("shop.png");
    let _ = fs::remove_file(&screenshot);
    let mut page = node::command("browser.cjs");
    page.arg(format!("--shop={}", shop.address)).arg(format!("--chromium={}", chromium.display()));
    let output = finish(page.arg(format!("--screenshot={}", screenshot.display())));
    let said = String::from_utf8_lossy(&output.stdout);
    for client in ["connect-web", "grpc-web binary", "grpc-web text"] {
        assert!(said.contains(&format!("ok {client}: created p-")), "{said}");
    }
    let size = fs::metadata(&screenshot).expect("there is a screenshot").len();
    assert!(size > 5000, "an empty page has fewer than {size} bytes");
}
