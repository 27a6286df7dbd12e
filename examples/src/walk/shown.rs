//! The shop's messages as people like to read them. Called by `products` and `orders`.

use protocall::Enumeration;
use protocall::well_known::Timestamp;

use crate::ecommerce::v1::{Money, Order, OrderEvent, Product, ProductEvent, order::Discount};

/// `p-1  Teapot  24.50  kitchen  12 in stock  #tea #stoneware`
pub(super) fn product(product: &Product) -> String {
    let Product { id, name, price, tags, .. } = product;
    let stock = match &product.inventory {
        Some(inventory) if inventory.in_stock => format!("{} in stock", inventory.quantity),
        Some(_) => "sold out".to_owned(),
        None => "not counted".to_owned(),
    };
    let tags: Vec<String> = tags.iter().map(|tag| format!("#{tag}")).collect();
    let line = format!(
        "{id:<5} {name:<14} {price:>8.2}  {:<10} {stock:<12} {}",
        product.category().id,
        tags.join(" ")
    );
    line.trim_end().to_owned()
}

/// `12:30:05  p-1 UPDATED`
pub(super) fn product_event(event: &ProductEvent) -> String {
    let kind = word(event.r#type, "EVENT_TYPE_");
    format!("{}  {} {kind}", time_of_day(event.timestamp.as_ref()), event.product_id)
}

/// `ORD-000001  PENDING  2 × p-1 + 1 × p-2, 10% off = 51.21`
pub(super) fn order(order: &Order) -> String {
    let items: Vec<String> =
        order.items.iter().map(|item| format!("{} × {}", item.quantity, item.product_id)).collect();
    let discount = match &order.discount {
        None => String::new(),
        Some(Discount::Percentage(percentage)) => format!(", {}% off", percentage.percent),
        Some(Discount::Fixed(fixed)) => format!(", {:.2} off", fixed.amount),
    };
    let status = word(order.status, "STATUS_");
    format!(
        "{}  {status:<10}  {}{discount} = {:.2}",
        order.order_number,
        items.join(" + "),
        order.total_amount
    )
}

/// `12:30:05  order 1: PENDING → PROCESSING`
pub(super) fn order_event(event: &OrderEvent) -> String {
    let (previous, current) = (word(event.previous, "STATUS_"), word(event.current, "STATUS_"));
    format!("{}  order {}: {previous} → {current}", time_of_day(event.timestamp.as_ref()), event.order_id)
}

/// `51.21 EUR`
pub(super) fn money(money: &Money) -> String {
    let sign = if money.units < 0 || money.nanos < 0 { "-" } else { "" };
    let cents = money.nanos.unsigned_abs() / 10_000_000;
    format!("{sign}{}.{cents:02} {}", money.units.unsigned_abs(), money.currency_code)
}

/// The name of a value without what all values of its enum begin with.
fn word<E: Enumeration>(value: E, prefix: &str) -> String {
    match value.name() {
        Some(name) => name.strip_prefix(prefix).unwrap_or(name).to_owned(),
        None => format!("number {}", value.number()),
    }
}

fn time_of_day(timestamp: Option<&Timestamp>) -> String {
    let Some(timestamp) = timestamp else { return "--:--:--".to_owned() };
    let seconds = timestamp.seconds.rem_euclid(24 * 60 * 60);
    format!("{:02}:{:02}:{:02} UTC", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::{money, order_event, time_of_day};
    use crate::ecommerce::v1::{Money, OrderEvent, order::Status};
    use protocall::well_known::Timestamp;

    #[test]
    fn money_keeps_its_cents_and_its_sign() {
        for (units, nanos, wanted) in [
            (51, 210_000_000, "51.21 EUR"),
            (7, 50_000_000, "7.05 EUR"),
            (-1, -500_000_000, "-1.50 EUR"),
            (0, -500_000_000, "-0.50 EUR"),
        ] {
            let amount = Money { currency_code: "EUR".into(), units, nanos, ..Default::default() };
            assert_eq!(money(&amount), wanted);
        }
    }

    #[test]
    fn a_moment_before_1970_has_a_time_of_day_as_well() {
        let at = |seconds| time_of_day(Some(&Timestamp { seconds, ..Default::default() }));
        assert_eq!((at(45_005), at(-1)), ("12:30:05 UTC".to_owned(), "23:59:59 UTC".to_owned()));
    }

    #[test]
    fn a_status_of_a_newer_schema_is_shown_by_its_number() {
        let event = OrderEvent {
            order_id: 7,
            previous: Status::Pending,
            current: Status::Unrecognized(9),
            ..Default::default()
        };
        assert_eq!(order_event(&event), "--:--:--  order 7: PENDING → number 9");
    }
}
