//! ghz, a load tool that no one here wrote, calls the shop in all four shapes with nothing but what reflection tells it: every
//! call ends with OK, and the shop has what was made by them.

use std::process::Command;

use protocall_tests::go;
use protocall_tests::program::{Running, built, finish};
use protocall_tests::shop::{ProductListRequest, ProductServiceClient};
use serde_json::{Value, json};

const WORKERS: &str = "20";

/// What every new shop has.
const STOCK: u64 = 3;

struct Load<'a> {
    shop: &'a Running,
    method: &'a str,
    data: Value,
    calls: u64,
}

impl Load<'_> {
    /// The report of ghz, all of whose calls have gone well.
    fn report(&self, more: &[&str]) -> Value {
        let mut ghz = Command::new(go::program("ghz"));
        ghz.args(["--insecure", "--format=json", "--count-errors", "--connections=4", "-c", WORKERS])
            .arg(format!("--call=ecommerce.v1.ProductService/{}", self.method))
            .arg(format!("--data={}", self.data))
            .arg(format!("--total={}", self.calls))
            .args(more)
            .arg(&self.shop.address);
        let report: Value = serde_json::from_slice(&finish(&mut ghz).stdout).expect("it prints JSON");
        assert_eq!(report["count"], self.calls, "{}: {}", self.method, short(&report));
        assert_eq!(report["endReason"], "normal", "{}: {}", self.method, short(&report));
        let only = json!({ "OK": self.calls });
        assert_eq!(report["statusCodeDistribution"], only, "{}: {}", self.method, short(&report));
        let errors = &report["errorDistribution"];
        assert!(errors.as_object().is_none_or(serde_json::Map::is_empty), "{}: {errors}", self.method);
        let details = report["details"].as_array().expect("each call has an entry");
        assert!(details.iter().all(|call| call["status"] == "OK" && call["error"] == ""), "{}", self.method);
        report
    }
}

/// A report without its thousands of entries.
fn short(report: &Value) -> Value {
    let mut report = report.clone();
    report["details"] = Value::Null;
    report
}

/// How many products the shop has.
fn products(shop: &Running) -> u64 {
    let client = ProductServiceClient::connect(format!("http://{}", shop.address)).build();
    protocall::run(async {
        let request = ProductListRequest { page_size: 100_000, ..Default::default() };
        let (mut count, mut request) = (0, request);
        let client = client.expect("a sound target");
        loop {
            let mut products = client.list_products(request.clone()).await.expect("the shop is there");
            while products.next().await.expect("the shop is there").is_some() {
                count += 1;
            }
            let token = products.trailers().and_then(|trailers| trailers.get("next-page-token"));
            match token.unwrap_or_default() {
                "" => return count,
                token => request.page_token = token.to_owned(),
            }
        }
    })
}

#[test]
fn all_calls_of_ghz_end_well() {
    let shop = Running::start(built("shop_server"), &["--addr", "127.0.0.1:0", "--quiet"]);
    let load = |method, data, calls| Load { shop: &shop, method, data, calls };

    load("GetProduct", json!({ "id": "p-1" }), 5000).report(&[]);
    load("GetProduct", json!({ "id": "p-1" }), 1000).report(&["--enable-compression"]);
    load("ListProducts", json!({ "page_size": 100 }), 1000).report(&[]);
    assert_eq!(products(&shop), STOCK);

    let made = |name: &str| json!({ "name": name, "price": 1.5 });
    load("CreateProduct", made("Cup"), 500).report(&[]);
    assert_eq!(products(&shop), STOCK + 500, "each unary call has made one");

    let several = json!([made("Spoon"), made("Fork"), made("Knife"), made("")]);
    load("BulkCreateProducts", several, 200).report(&[]);
    assert_eq!(products(&shop), STOCK + 500 + 3 * 200, "each stream has made three, and one was refused");

    let several = json!([{ "create": made("Bowl") }, { "delete": { "id": "p-none" } }]);
    load("ProcessProductBatch", several, 300).report(&[]);
    assert_eq!(products(&shop), STOCK + 500 + 3 * 200 + 300, "each dialogue has made one");
}

#[test]
fn a_call_that_fails_would_be_seen() {
    let shop = Running::start(built("shop_server"), &["--addr", "127.0.0.1:0", "--quiet"]);
    let load = Load { shop: &shop, method: "GetProduct", data: json!({ "id": "p-none" }), calls: 10 };
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| load.report(&[])));
    let why = failed.expect_err("nothing has that id");
    let why = why.downcast_ref::<String>().expect("a panic has a text");
    assert!(why.contains("NotFound"), "{why}");
}
