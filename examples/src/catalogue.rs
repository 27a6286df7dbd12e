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
        check_price(request.price)?;
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
        check_price(update.price)?;
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

fn check_price(price: f64) -> Result<()> {
    // Not `price < 0.0`, which lets NaN pass.
    if price >= 0.0 { Ok(()) } else { Err(Status::invalid_argument("a price cannot be negative")) }
}
