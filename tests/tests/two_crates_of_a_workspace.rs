//! Two crates of one workspace: one makes types, the other has them by `deps` and by `extern_path`. The compiler runs in the
//! folder of the workspace, paths are those of each crate, and an edit in the one rebuilds the other.

use std::process::Command;

use protocall_tests::outside::OutsideCrate;
use protocall_tests::program::finish;

const MONEY: &str = r#"syntax = "proto3";
package money.v1;
message Money { int64 cents = 1; Currency currency = 2; }
enum Currency { CURRENCY_EUR = 0; }
"#;

const TILL: &str = r#"syntax = "proto3";
package till.v1;
import "money/v1/money.proto";
service Till { rpc Pay(money.v1.Money) returns (Receipt); }
message Receipt { money.v1.Money paid = 1; }
"#;

/// The same schema twice: the one that is imported comes from the other crate, or is read from its folder.
const MAIN: &str = r#"
mod by_deps {
    protocall::include_proto!("proto/till/v1/till.proto", deps = [workspace_money::pb]);
}
mod by_path {
    protocall::include_proto!(
        "proto/till/v1/till.proto",
        include = ["proto", "workspace_money/proto"],
        extern_path = [("money.v1", ::workspace_money::pb::money::v1)]
    );
}
use by_deps::till::v1::{Receipt, Till, TillClient};
use protocall::{Context, Message, Result};
use workspace_money::pb::money::v1::Money;

struct Counter;
impl Till for Counter {
    async fn pay(&self, _: &Context, paid: Money) -> Result<Receipt> {
        Ok(Receipt { paid: Some(paid), ..Default::default() })
    }
}
#[protocall::main]
async fn main() -> Result<()> {
    let paid = TillClient::local(Counter).pay(Money { cents: 5, ..Default::default() }).await?;
    let same = by_path::till::v1::Receipt::decode(&paid.encode_to_vec()).expect("it is a receipt");
    assert_eq!(same.paid, paid.paid);
    println!("{:?}", paid.paid.unwrap());
    Ok(())
}
"#;

fn printed(till: &OutsideCrate) -> String {
    finish(till.cargo("build").arg("--workspace"));
    let output = finish(&mut Command::new(till.program()));
    String::from_utf8(output.stdout).expect("Debug prints UTF-8")
}

#[test]
fn one_uses_the_types_of_the_other() {
    let till = OutsideCrate::new("workspace_till");
    let money = till.member("workspace_money");
    till.depend_on(&money);
    money.write("proto/money/v1/money.proto", MONEY);
    money.write(
        "src/lib.rs",
        "pub mod pb { protocall::include_proto!(\"proto/money/v1/money.proto\", export = true); }",
    );
    till.write("proto/till/v1/till.proto", TILL);
    till.write("src/main.rs", MAIN);
    assert_eq!(printed(&till), "Money { cents: 5 }\n");
    money.write("proto/money/v1/money.proto", &MONEY.replace("int64 cents", "int64 pence"));
    till.write("src/main.rs", &MAIN.replace("cents:", "pence:"));
    assert_eq!(printed(&till), "Money { pence: 5 }\n");
}
