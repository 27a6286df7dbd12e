//! The shop as a server. Called by the programs that serve it, and by tests.

use std::sync::Arc;

use protocall::{Cors, Result, Server};

use crate::ecommerce::v1::{OrderServiceServer, ProductServiceServer};
use crate::front::{Front, Log};
use crate::{OrderDesk, ProductDesk};

/// A server with both services of a new shop.
///
/// # Errors
/// None at present: the products that a new shop has are fit for its catalogue.
pub fn shop(log: Log) -> Result<Server> {
    let watchers = Arc::default();
    let products = Front { service: ProductDesk::stocked()?, log, watchers: Arc::clone(&watchers) };
    let orders = Front { service: OrderDesk::default(), log, watchers };
    Ok(Server::new()
        .service(ProductServiceServer::new(products))
        .service(OrderServiceServer::new(orders))
        .health()
        .reflection()
        .grpc_web()
        .cors(Cors::any()))
}
