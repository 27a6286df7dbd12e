//! What `only` and `except` leave: the names of all items that are made.

use syn::{File, Item};

use super::{expanded, problems};

const FILE: &str = "\"../tests/proto/selected.proto\", include = [\"../tests/proto\"]";

/// The items of a call, with the names of the modules around them.
fn made(options: &str) -> Vec<String> {
    let file: File = syn::parse2(expanded(&format!("{FILE}, {options}"))).expect("the output is Rust");
    let mut names = Vec::new();
    collect(&file.items, "", &mut names);
    names.sort();
    names
}

fn collect(items: &[Item], around: &str, names: &mut Vec<String>) {
    for item in items {
        let name = match item {
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Static(item) if item.ident.to_string().starts_with("__") => continue,
            Item::Const(item) if item.ident.to_string().starts_with("__") => continue,
            Item::Static(item) => &item.ident,
            Item::Const(item) if item.ident == "NAME" || item.ident == "_" => continue,
            Item::Const(item) => &item.ident,
            Item::Mod(item) => {
                let (_, items) = item.content.as_ref().expect("a module has its items");
                let packages = item.ident == "shop" || item.ident == "v1";
                let inner = if packages { String::new() } else { format!("{around}{}::", item.ident) };
                collect(items, &inner, names);
                continue;
            }
            Item::Macro(item) => {
                // The runtime's switches hold items, its other macros none that have a name.
                if let Ok(file) = syn::parse2::<File>(item.mac.tokens.clone()) {
                    collect(&file.items, around, names);
                }
                continue;
            }
            _ => continue,
        };
        names.push(format!("{around}{name}"));
    }
}

#[test]
fn a_service_brings_what_its_methods_need() {
    assert_eq!(
        made("server = false, only = [\"shop.v1.Shop\"]"),
        [
            "FIND",
            "Filter",
            "FindRequest",
            "Item",
            "Order",
            "ShopClient",
            "WATCH",
            "WatchRequest",
            "item::Kind",
            "order::State"
        ]
    );
}

#[test]
fn a_method_brings_its_service_without_the_others() {
    assert_eq!(
        made("client = false, only = [\"shop.v1.Shop.Find\"]"),
        ["FIND", "FindRequest", "Item", "Order", "Shop", "ShopServer", "item::Kind", "order::State"]
    );
}

#[test]
fn types_enums_and_extensions_can_be_named() {
    assert_eq!(made("only = [\"shop.v1.Filter\", \"shop.v1.Item.Kind\"]"), ["Filter", "item::Kind"]);
    assert_eq!(
        made("only = [\"shop.v1.audit\"]"),
        ["AUDIT", "Audit", "AuditLog", "Item", "Order", "item::Kind", "order::State"]
    );
    assert_eq!(made("only = [\"shop.v1.*Log\"]"), ["AuditLog"]);
}

#[test]
fn what_is_left_out_takes_extensions_and_methods_along() {
    let made =
        made("except = [\"shop.v1.Admin\", \"shop.v1.Audit*\", \"shop.v1.Shop.Watch\"], client = false");
    assert_eq!(
        made,
        [
            "FIND",
            "Filter",
            "FindRequest",
            "Item",
            "NOTE",
            "Order",
            "Shop",
            "ShopServer",
            "WatchRequest",
            "item::Kind",
            "order::State",
            "order::Unused"
        ]
    );
}

#[test]
fn what_is_needed_cannot_be_left_out() {
    let texts = problems(expanded(&format!("{FILE}, except = [\"shop.v1.Item\", \"shop.v1.Filter\"]")));
    let titles: Vec<&str> = texts.iter().filter_map(|text| text.lines().next()).collect();
    assert_eq!(titles.len(), 2, "{texts:?}");
    assert!(
        titles.contains(&"`shop.v1.Order.item` needs `shop.v1.Item`, which `except` leaves out"),
        "{titles:?}"
    );
    assert!(
        titles.contains(&"`shop.v1.WatchRequest.filters` needs `shop.v1.Filter`, which `except` leaves out"),
        "{titles:?}"
    );
}
