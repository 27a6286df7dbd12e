//! Crates outside of this workspace, whose only dependency is `protocall`: one builds, runs, serves and calls; in a chain
//! of three each uses the types that the one before has made.

use std::process::Command;

use protocall_tests::outside::OutsideCrate;
use protocall_tests::program::finish;

const PROTO: &str = r#"syntax = "proto3";
package hello.v1;
service Greeter {
  rpc Greet(GreetRequest) returns (GreetReply);
}
message GreetRequest { string name = 1; }
message GreetReply { string text = 1; }
"#;

const MAIN: &str = r#"protocall::include_proto!("proto/hello/v1/hello.proto");
use hello::v1::*;
struct Polite;
impl Greeter for Polite {
    async fn greet(&self, _: &protocall::Context, request: GreetRequest) -> protocall::Result<GreetReply> {
        Ok(GreetReply { text: format!("Hello, {}!", request.name), ..Default::default() })
    }
}
#[protocall::main]
async fn main() -> protocall::Result<()> {
    let server = protocall::Server::new().service(GreeterServer::new(Polite)).bind("127.0.0.1:0").await?;
    let client = GreeterClient::connect(format!("http://{}", server.address())).build()?;
    protocall::tokio::spawn(server.serve());
    println!("{}", client.greet(GreetRequest { name: "Ada".into(), ..Default::default() }).await?.text);
    Ok(())
}
"#;

#[test]
fn one_dependency_and_one_line_make_a_server_and_a_client() {
    let outside = OutsideCrate::new("outside_hello");
    outside.write("proto/hello/v1/hello.proto", PROTO);
    outside.write("src/main.rs", MAIN);
    assert_says_hello(&outside);
    // What cargo packs for the registry has the schemas in it.
    assert_says_hello(&outside.packaged());
}

fn assert_says_hello(outside: &OutsideCrate) {
    finish(&mut outside.cargo("build"));
    let output = finish(&mut Command::new(outside.program()));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Hello, Ada!\n");
}

/// The end of the chain, of an older edition and in a folder with blanks and other letters.
fn money() -> OutsideCrate {
    let money = OutsideCrate::in_folder("outside_money", "outside money größer & 金");
    money.set_edition("2021");
    money.write(
        "proto/money/v1/money.proto",
        "syntax = \"proto3\"; package money.v1; message Money { int64 cents = 1; }",
    );
    money.write(
        "src/lib.rs",
        "pub mod pb { protocall::include_proto!(\"proto/money/v1/money.proto\", export = true); }",
    );
    money
}

/// The middle, which has the call at its root.
fn goods(money: &OutsideCrate) -> OutsideCrate {
    let goods = OutsideCrate::new("outside_goods");
    goods.depend_on(money);
    goods.write(
        "proto/goods/v1/goods.proto",
        "syntax = \"proto3\"; package goods.v1; import \"money/v1/money.proto\";
         message Good { string name = 1; money.v1.Money price = 2; }",
    );
    goods.write(
        "src/lib.rs",
        "protocall::include_proto!(\"proto/goods/v1/goods.proto\", deps = [outside_money::pb], export = true);",
    );
    goods
}

const BASKET: &str = r#"syntax = "proto3";
package basket.v1;
import "goods/v1/goods.proto";
import "money/v1/money.proto";
message Basket { repeated goods.v1.Good goods = 1; money.v1.Money total = 2; }
service Till { rpc Pay(goods.v1.Good) returns (Basket); }
"#;

/// Names the middle alone, and has the end through that.
const BASKET_MAIN: &str = r#"protocall::include_proto!("proto/basket/v1/basket.proto", deps = [outside_goods]);
use basket::v1::*;
use outside_goods::goods::v1::Good;
struct Shop;
impl Till for Shop {
    async fn pay(&self, _: &protocall::Context, good: Good) -> protocall::Result<Basket> {
        Ok(Basket { total: good.price.clone(), goods: vec![good], ..Default::default() })
    }
}
#[protocall::main]
async fn main() -> protocall::Result<()> {
    let good = Good { name: "Tea".into(), price: Some(Default::default()), ..Default::default() };
    let basket = TillClient::local(Shop).pay(good).await?;
    println!("{} {}", basket.goods[0].name, std::any::type_name_of_val(&basket.total.unwrap()));
    Ok(())
}
"#;

#[test]
fn a_crate_uses_the_types_that_the_crate_before_the_one_before_has_made() {
    let goods = goods(&money());
    let basket = OutsideCrate::new("outside_basket");
    basket.depend_on(&goods);
    basket.write("proto/basket/v1/basket.proto", BASKET);
    basket.write("src/main.rs", BASKET_MAIN);
    finish(&mut basket.cargo("build"));
    let output = finish(&mut Command::new(basket.program()));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Tea outside_money::pb::money::v1::Money\n");
}
