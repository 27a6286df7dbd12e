//! The shop as a server. Called by the programs that serve it, and by tests.

use std::sync::Arc;
use std::time::Duration;

use protocall::{Connections, Cors, Result, Server};

use crate::ecommerce::v1::{OrderServiceServer, ProductServiceServer};
use crate::front::{Front, Log};
use crate::{OrderDesk, ProductDesk};

/// How long calls may go on after the signal to stop. Watchers would stay for ever.
pub const DRAIN: Duration = Duration::from_secs(3);

/// How old a connection becomes before its client is sent to another: so long does a client that spreads its calls not hear
/// of a new replica.
const MAX_AGE: Duration = Duration::from_secs(5 * 60);

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
        .connections(Connections::new().max_age(MAX_AGE))
        .health()
        .reflection()
        .grpc_web()
        .cors(Cors::any()))
}
