//! A product as a REST service has it: structs with serde's derived traits. Moments stay text, which costs JSON the least.
//! Called by the bench `rest`, and by its program, which serves it.

use serde::{Deserialize, Serialize};

use crate::ours::shop;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Product {
    pub(crate) id: String,
    name: String,
    description: String,
    price: f64,
    category: Option<Category>,
    tags: Vec<String>,
    inventory: Option<Inventory>,
    /// By RFC 3339.
    created_at: Option<String>,
    updated_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Category {
    id: String,
    name: String,
    parent_id: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Inventory {
    quantity: i32,
    warehouse_location: String,
    in_stock: bool,
}

impl From<shop::Product> for Product {
    fn from(product: shop::Product) -> Self {
        Self {
            id: product.id,
            name: product.name,
            description: product.description,
            price: product.price,
            category: product.category.map(Category::from),
            tags: product.tags,
            inventory: product.inventory.map(Inventory::from),
            created_at: product.created_at.map(|moment| moment.to_string()),
            updated_at: product.updated_at.map(|moment| moment.to_string()),
        }
    }
}

impl From<shop::Category> for Category {
    fn from(category: shop::Category) -> Self {
        Self { id: category.id, name: category.name, parent_id: category.parent_id }
    }
}

impl From<shop::Inventory> for Inventory {
    fn from(inventory: shop::Inventory) -> Self {
        Self {
            quantity: inventory.quantity,
            warehouse_location: inventory.warehouse_location,
            in_stock: inventory.in_stock,
        }
    }
}
