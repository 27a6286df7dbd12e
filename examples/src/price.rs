//! Prices: which are sound, and what an order costs. Called by `catalogue` and `order_book`.

use protocall::{Result, Status};

use crate::ecommerce::v1::{OrderItem, order::Discount};

/// Whether `price` can be one.
pub(crate) fn check(price: f64) -> Result<()> {
    // Not `price < 0.0`, which lets NaN pass.
    if price >= 0.0 { Ok(()) } else { Err(Status::invalid_argument("a price cannot be negative")) }
}

/// The price of all items, less the discount. A discount gives away at most everything, and never adds to the price.
pub(crate) fn total(items: &[OrderItem], discount: Option<&Discount>) -> f64 {
    let full: f64 = items.iter().map(|item| f64::from(item.quantity) * item.unit_price).sum();
    full - saved(full, discount).max(0.0).min(full)
}

fn saved(full: f64, discount: Option<&Discount>) -> f64 {
    match discount {
        None => 0.0,
        Some(Discount::Fixed(fixed)) => fixed.amount,
        Some(Discount::Percentage(percentage)) => {
            let saved = full * f64::from(percentage.percent) / 100.0;
            // Without presence a limit of zero is one that was not set.
            if percentage.max_amount == 0 { saved } else { saved.min(f64::from(percentage.max_amount)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{check, total};
    use crate::ecommerce::v1::{FixedDiscount, OrderItem, PercentageDiscount, order::Discount};

    /// Three for 2.50 each and one for 92.50: a hundred in all.
    fn hundred(discount: Option<Discount>) -> f64 {
        let item = |quantity, unit_price| OrderItem { quantity, unit_price, ..Default::default() };
        total(&[item(3, 2.5), item(1, 92.5)], discount.as_ref())
    }

    fn percentage(percent: i32, max_amount: i32) -> Option<Discount> {
        Some(Discount::Percentage(PercentageDiscount { percent, max_amount, ..Default::default() }))
    }

    fn fixed(amount: f64) -> Option<Discount> {
        Some(Discount::Fixed(FixedDiscount { amount, ..Default::default() }))
    }

    #[test]
    fn a_price_is_a_number_from_zero_up() {
        assert!([0.0, -0.0, 0.01, f64::MAX].into_iter().all(|price| check(price).is_ok()));
        assert!([-0.01, f64::NAN, f64::NEG_INFINITY].into_iter().all(|price| check(price).is_err()));
    }

    #[test]
    fn items_add_up() {
        assert_eq!(hundred(None), 100.0);
        assert_eq!(total(&[], None), 0.0);
    }

    #[test]
    fn a_percentage_saves_up_to_its_limit() {
        assert_eq!(hundred(percentage(20, 0)), 80.0);
        assert_eq!(hundred(percentage(20, 25)), 80.0);
        assert_eq!(hundred(percentage(20, 15)), 85.0);
    }

    #[test]
    fn a_discount_stays_between_nothing_and_everything() {
        assert_eq!(hundred(fixed(1.5)), 98.5);
        assert_eq!(hundred(fixed(1_000.0)), 0.0);
        assert_eq!(hundred(fixed(-5.0)), 100.0);
        assert_eq!(hundred(fixed(f64::NAN)), 100.0);
        assert_eq!(hundred(percentage(250, 0)), 0.0);
        assert_eq!(hundred(percentage(-10, 0)), 100.0);
    }
}
