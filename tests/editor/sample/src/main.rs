//! What an editor is asked about: `^` under a place and what is expected there, which `check.py` reads.

protocall::include_proto!("proto/shop.proto");

use shop::v1::{Order, Shop, ShopClient, ShopServer, Status, order};
//             ^ hover `pub struct Order`
//             ^ hover `What somebody buys.`
//             ^ hover `Proto: shop.v1.Order (proto/shop.proto:6)`
//             ^ definition `src/main.rs:3`
//                    ^ hover `Sells things.`
//                          ^ hover `ShopClient`
//                                                  ^ hover `The states of an order.`

struct Counter;

impl Shop for Counter {
    async fn place(&self, _: &protocall::Context, order: Order) -> protocall::Result<Order> {
        //   ^ hover `Takes an order in.`
        let status = order.status;
        //                 ^ hover `How far it has come.`
        //                 ^ hover `Status`
        //                 ^ completion `id`
        //                 ^ completion `status`
        //                 ^ completion `discount`
        //                 ^ completion `unknown_fields`
        let paid = Status::Paid;
        //                 ^ hover `The money is there.`
        //                 ^ completion `Unknown`
        //                 ^ completion `Unrecognized`
        let discount = order::Discount::Percent(5);
        //                              ^ hover `So many percent.`
        //                              ^ completion `Code`
        Ok(Order { status: if status == paid { status } else { paid }, discount: Some(discount), ..order })
        //         ^ definition `src/main.rs:3`
    }
}

#[protocall::main]
async fn main() -> protocall::Result<()> {
    let client = ShopClient::local(Counter);
    let reply = client.place(Order { id: String::from("7"), ..Default::default() });
    //                 ^ hover `Takes an order in.`
    //                 ^ completion `place`
    let order = reply.await?;
    //  ^ hover `Order`
    let _ = (order.id, ShopServer::new(Counter));
    Ok(())
}
