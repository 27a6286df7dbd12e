//! The products, in memory: the shop's rules about them, and who watches which. Called by `product_desk`.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocall::tokio::sync::broadcast;
use protocall::{Result, Status};

use crate::clock::now;
use crate::ecommerce::v1::product_event::EventType;
use crate::ecommerce::v1::{
    Category, CreateProductRequest, Inventory, Product, ProductEvent, ProductListRequest, ProductUpdate,
    UpdateProductRequest,
};
use crate::feed::PATIENCE;
use crate::page_token::PageTokens;
use crate::price;

const DEFAULT_PAGE_SIZE: usize = 50;
const LARGEST_PAGE_SIZE: usize = 1000;

/// The products of a shop, for any number of callers at once.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    shelf: Mutex<Shelf>,
    tokens: PageTokens,
}

#[derive(Debug, Default)]
struct Shelf {
    /// By their numbers, which grow: the order of the map is the order in which products were made.
    entries: BTreeMap<u64, Entry>,
    last_number: u64,
}

#[derive(Debug)]
struct Entry {
    product: Product,
    /// Made for the first watcher: most products have none.
    watchers: Option<broadcast::Sender<ProductEvent>>,
}

impl Catalogue {
    /// The product of this id.
    pub(crate) fn get(&self, id: &str) -> Result<Product> {
        self.shelf().entry(id).map(|entry| entry.product.clone())
    }

    /// Makes a product, and gives it an id.
    pub(crate) fn create(&self, request: CreateProductRequest) -> Result<Product> {
        if request.name.is_empty() {
            return Err(Status::invalid_argument("a product needs a name"));
        }
        price::check(request.price)?;
        let category = Category { id: request.category_id, ..Default::default() };
        let mut shelf = self.shelf();
        shelf.last_number += 1;
        let number = shelf.last_number;
        let product = Product {
            id: format!("p-{number}"),
            name: request.name,
            description: request.description,
            price: request.price,
            category: (!category.id.is_empty()).then_some(category),
            tags: request.tags,
            created_at: Some(now()),
            updated_at: Some(now()),
            ..Default::default()
        };
        shelf.entries.insert(number, Entry { product: product.clone(), watchers: None });
        Ok(product)
    }

    /// Changes a product and tells its watchers.
    pub(crate) fn update(&self, request: UpdateProductRequest) -> Result<Product> {
        let update = request.update.unwrap_or_default();
        price::check(update.price)?;
        if update.update_inventory && update.inventory().quantity < 0 {
            return Err(Status::invalid_argument("a quantity cannot be negative"));
        }
        let mut shelf = self.shelf();
        let entry = shelf.entry(&request.id)?;
        let event = apply(update, &mut entry.product);
        entry.tell(event);
        Ok(entry.product.clone())
    }

    /// Removes a product; its watchers are told, and their streams end.
    pub(crate) fn delete(&self, id: &str) -> Result<()> {
        let mut shelf = self.shelf();
        shelf.entry(id)?.tell(EventType::Deleted);
        number_of(id).and_then(|number| shelf.entries.remove(&number));
        Ok(())
    }

    /// The products of one page, and the token of the next if there is one.
    pub(crate) fn page(&self, request: &ProductListRequest) -> Result<(Vec<Product>, Option<String>)> {
        let filter = &*request.category_filter;
        let after = self.tokens.read(&request.page_token, filter)?;
        let size = match usize::try_from(request.page_size) {
            Ok(0) => DEFAULT_PAGE_SIZE,
            Ok(size) => size.min(LARGEST_PAGE_SIZE),
            Err(_) => return Err(Status::invalid_argument("a page size cannot be negative")),
        };
        let shelf = self.shelf();
        let mut fitting = shelf
            .entries
            .range((Excluded(after), Unbounded))
            .filter(|(_, entry)| filter.is_empty() || entry.product.category().id == filter);
        let chosen: Vec<_> = fitting.by_ref().take(size).collect();
        let last = chosen.last().map(|(number, _)| **number);
        let next = last.filter(|_| fitting.next().is_some()).map(|last| self.tokens.make(last, filter));
        Ok((chosen.into_iter().map(|(_, entry)| entry.product.clone()).collect(), next))
    }

    /// Every change to a product from now on; ends behind its deletion.
    pub(crate) fn watch(&self, id: &str) -> Result<broadcast::Receiver<ProductEvent>> {
        let mut shelf = self.shelf();
        let watchers = &mut shelf.entry(id)?.watchers;
        Ok(watchers.get_or_insert_with(|| broadcast::Sender::new(PATIENCE)).subscribe())
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn entry(&mut self, id: &str) -> Result<&mut Entry> {
        let found = number_of(id).and_then(|number| self.entries.get_mut(&number));
        found.ok_or_else(|| Status::not_found(format!("product {id} not found")))
    }
}

impl Entry {
    fn tell(&mut self, kind: EventType) {
        let Some(watchers) = &self.watchers else { return };
        let event = ProductEvent {
            product_id: self.product.id.clone(),
            r#type: kind,
            timestamp: Some(now()),
            ..Default::default()
        };
        if watchers.send(event).is_err() {
            self.watchers = None;
        }
    }
}

fn number_of(id: &str) -> Option<u64> {
    // `p-01` and `p-+1` parse as well, and are no ids.
    let digits =
        id.strip_prefix("p-").filter(|digits| digits.starts_with(|first| matches!(first, '1'..='9')))?;
    digits.parse().ok()
}

/// Changes the parts of a product that the update names, and says what to call the change.
fn apply(update: ProductUpdate, product: &mut Product) -> EventType {
    product.updated_at = Some(now());
    if !update.name.is_empty() {
        product.name = update.name;
    }
    if !update.description.is_empty() {
        product.description = update.description;
    }
    if update.price != 0.0 {
        product.price = update.price;
    }
    if !update.update_inventory {
        return EventType::Updated;
    }
    let Inventory { quantity, in_stock, .. } =
        *product.inventory.insert(update.inventory.unwrap_or_default());
    if in_stock && quantity > 0 { EventType::Updated } else { EventType::OutOfStock }
}

#[cfg(test)]
mod tests {
    use protocall::{Code, Result};

    use super::Catalogue;
    use crate::ecommerce::v1::product_event::EventType;
    use crate::ecommerce::v1::{
        CreateProductRequest, Inventory, ProductListRequest, ProductUpdate, UpdateProductRequest,
    };

    fn stocked(products: usize) -> Catalogue {
        let catalogue = Catalogue::default();
        for _ in 0..products {
            catalogue.create(CreateProductRequest { name: "Cup".into(), ..Default::default() }).unwrap();
        }
        catalogue
    }

    fn page(
        catalogue: &Catalogue,
        page_size: i32,
        page_token: &str,
    ) -> Result<(Vec<String>, Option<String>)> {
        let request = ProductListRequest { page_size, page_token: page_token.into(), ..Default::default() };
        let (products, next) = catalogue.page(&request)?;
        Ok((products.into_iter().map(|product| product.id).collect(), next))
    }

    #[test]
    fn a_page_starts_behind_the_one_before_whatever_was_deleted_meanwhile() {
        let catalogue = stocked(5);
        let (ids, next) = page(&catalogue, 2, "").unwrap();
        assert_eq!(ids, ["p-1", "p-2"]);
        catalogue.delete("p-1").unwrap();
        catalogue.delete("p-2").unwrap();
        let (ids, next) = page(&catalogue, 2, &next.unwrap()).unwrap();
        assert_eq!(ids, ["p-3", "p-4"]);
        assert_eq!(page(&catalogue, 2, &next.unwrap()).unwrap(), (vec!["p-5".to_owned()], None));
    }

    #[test]
    fn a_page_size_is_bounded_and_not_negative() {
        let catalogue = stocked(1001);
        assert_eq!(page(&catalogue, 0, "").unwrap().0.len(), 50);
        assert_eq!(page(&catalogue, i32::MAX, "").unwrap().0.len(), 1000);
        assert_eq!(page(&catalogue, -1, "").unwrap_err().code(), Code::InvalidArgument);
    }

    #[test]
    fn an_id_is_found_in_one_spelling_only() {
        let catalogue = stocked(1);
        assert!(catalogue.get("p-1").is_ok());
        for id in ["", "p-", "p-0", "p-01", "p-+1", "P-1", "1", "p-1 ", "p-99999999999999999999"] {
            assert_eq!(catalogue.get(id).unwrap_err().code(), Code::NotFound, "{id:?}");
        }
    }

    #[test]
    fn a_watcher_is_told_what_kind_of_change_it_was() {
        let catalogue = stocked(1);
        let mut watcher = catalogue.watch("p-1").unwrap();
        let mut set = |quantity, in_stock| {
            let inventory = Some(Inventory { quantity, in_stock, ..Default::default() });
            let update = ProductUpdate { update_inventory: true, inventory, ..Default::default() };
            let request =
                UpdateProductRequest { id: "p-1".into(), update: Some(update), ..Default::default() };
            catalogue.update(request).map(|_| watcher.try_recv().unwrap().r#type)
        };
        assert_eq!(set(3, true).unwrap(), EventType::Updated);
        assert_eq!(set(0, true).unwrap(), EventType::OutOfStock);
        assert_eq!(set(3, false).unwrap(), EventType::OutOfStock);
        assert_eq!(set(-1, true).unwrap_err().code(), Code::InvalidArgument);
        catalogue.delete("p-1").unwrap();
        assert_eq!(watcher.try_recv().unwrap().r#type, EventType::Deleted);
        assert!(watcher.try_recv().is_err());
        assert_eq!(catalogue.watch("p-1").unwrap_err().code(), Code::NotFound);
    }
}
