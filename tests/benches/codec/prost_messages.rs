//! The bench's messages for prost: the structs and attributes that prost-build would write, without its build step.
//! An order's status is an `int32`, which is also what prost keeps and writes for an enum. That they are the same
//! messages is proved by `subject`: whatever a struct lacked would be lost.

#[path = "prost_message1.rs"]
pub(crate) mod message1;

pub(crate) mod shapes {
    use std::collections::HashMap;

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Tiny {
        #[prost(uint32, tag = "1")]
        pub(crate) id: u32,
        #[prost(int32, tag = "2")]
        pub(crate) code: i32,
        #[prost(string, tag = "3")]
        pub(crate) name: String,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Numbers {
        #[prost(int32, repeated, tag = "1")]
        pub(crate) ints: Vec<i32>,
        #[prost(uint64, repeated, tag = "2")]
        pub(crate) ids: Vec<u64>,
        #[prost(sint64, repeated, tag = "3")]
        pub(crate) deltas: Vec<i64>,
        #[prost(double, repeated, tag = "4")]
        pub(crate) samples: Vec<f64>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct WideNode {
        #[prost(string, tag = "1")]
        pub(crate) label: String,
        #[prost(sint64, tag = "2")]
        pub(crate) value: i64,
        #[prost(message, repeated, tag = "3")]
        pub(crate) children: Vec<WideNode>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct DeepNode {
        #[prost(string, tag = "1")]
        pub(crate) label: String,
        #[prost(sint64, tag = "2")]
        pub(crate) value: i64,
        #[prost(message, optional, boxed, tag = "3")]
        pub(crate) left: Option<Box<DeepNode>>,
        #[prost(message, optional, boxed, tag = "4")]
        pub(crate) right: Option<Box<DeepNode>>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Blob {
        #[prost(string, tag = "1")]
        pub(crate) name: String,
        #[prost(uint64, tag = "2")]
        pub(crate) offset: u64,
        #[prost(bytes = "vec", tag = "3")]
        pub(crate) content: Vec<u8>,
        #[prost(fixed32, tag = "4")]
        pub(crate) checksum: u32,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Maps {
        #[prost(map = "string, int64", tag = "1")]
        pub(crate) counters: HashMap<String, i64>,
        #[prost(map = "int32, message", tag = "2")]
        pub(crate) entries: HashMap<i32, Entry>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Entry {
        #[prost(string, tag = "1")]
        pub(crate) name: String,
        #[prost(double, tag = "2")]
        pub(crate) weight: f64,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Batch {
        #[prost(message, repeated, tag = "1")]
        pub(crate) sources: Vec<Source>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Source {
        #[prost(message, repeated, tag = "1")]
        pub(crate) attributes: Vec<Attribute>,
        #[prost(uint32, tag = "2")]
        pub(crate) dropped: u32,
        #[prost(message, repeated, tag = "3")]
        pub(crate) records: Vec<Record>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Record {
        #[prost(fixed64, tag = "1")]
        pub(crate) time_ns: u64,
        #[prost(int32, tag = "2")]
        pub(crate) severity: i32,
        #[prost(string, tag = "3")]
        pub(crate) severity_text: String,
        #[prost(message, optional, tag = "5")]
        pub(crate) body: Option<Value>,
        #[prost(message, repeated, tag = "6")]
        pub(crate) attributes: Vec<Attribute>,
        #[prost(uint32, tag = "7")]
        pub(crate) dropped_attributes: u32,
        #[prost(fixed32, tag = "8")]
        pub(crate) flags: u32,
        #[prost(bytes = "vec", tag = "9")]
        pub(crate) trace_id: Vec<u8>,
        #[prost(bytes = "vec", tag = "10")]
        pub(crate) span_id: Vec<u8>,
        #[prost(fixed64, tag = "11")]
        pub(crate) observed_ns: u64,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Attribute {
        #[prost(string, tag = "1")]
        pub(crate) key: String,
        #[prost(message, optional, tag = "2")]
        pub(crate) value: Option<Value>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Value {
        #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5, 7")]
        pub(crate) kind: Option<Kind>,
    }

    #[derive(Clone, PartialEq, prost::Oneof)]
    pub(crate) enum Kind {
        #[prost(string, tag = "1")]
        String(String),
        #[prost(bool, tag = "2")]
        Bool(bool),
        #[prost(int64, tag = "3")]
        Int(i64),
        #[prost(double, tag = "4")]
        Double(f64),
        #[prost(message, tag = "5")]
        List(ValueList),
        #[prost(bytes = "vec", tag = "7")]
        Bytes(Vec<u8>),
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct ValueList {
        #[prost(message, repeated, tag = "1")]
        pub(crate) values: Vec<Value>,
    }
}

pub(crate) mod shop {
    use std::collections::HashMap;

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Product {
        #[prost(string, tag = "1")]
        pub(crate) id: String,
        #[prost(string, tag = "2")]
        pub(crate) name: String,
        #[prost(string, tag = "3")]
        pub(crate) description: String,
        #[prost(double, tag = "4")]
        pub(crate) price: f64,
        #[prost(message, optional, tag = "5")]
        pub(crate) category: Option<Category>,
        #[prost(string, repeated, tag = "6")]
        pub(crate) tags: Vec<String>,
        #[prost(message, optional, tag = "7")]
        pub(crate) inventory: Option<Inventory>,
        #[prost(message, optional, tag = "8")]
        pub(crate) created_at: Option<Timestamp>,
        #[prost(message, optional, tag = "9")]
        pub(crate) updated_at: Option<Timestamp>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Category {
        #[prost(string, tag = "1")]
        pub(crate) id: String,
        #[prost(string, tag = "2")]
        pub(crate) name: String,
        #[prost(string, tag = "3")]
        pub(crate) parent_id: String,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Inventory {
        #[prost(int32, tag = "1")]
        pub(crate) quantity: i32,
        #[prost(string, tag = "2")]
        pub(crate) warehouse_location: String,
        #[prost(bool, tag = "3")]
        pub(crate) in_stock: bool,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Order {
        #[prost(int32, tag = "1")]
        pub(crate) id: i32,
        #[prost(string, tag = "2")]
        pub(crate) order_number: String,
        #[prost(double, tag = "3")]
        pub(crate) total_amount: f64,
        #[prost(bool, tag = "4")]
        pub(crate) is_paid: bool,
        #[prost(int32, tag = "5")]
        pub(crate) status: i32,
        #[prost(message, repeated, tag = "6")]
        pub(crate) items: Vec<OrderItem>,
        #[prost(map = "string, string", tag = "7")]
        pub(crate) metadata: HashMap<String, String>,
        #[prost(message, optional, tag = "8")]
        pub(crate) shipping_address: Option<ShippingAddress>,
        #[prost(message, optional, tag = "9")]
        pub(crate) payment_info: Option<PaymentInfo>,
        #[prost(message, optional, tag = "10")]
        pub(crate) created_at: Option<Timestamp>,
        #[prost(message, optional, tag = "11")]
        pub(crate) estimated_delivery: Option<Duration>,
        #[prost(oneof = "Discount", tags = "12, 13")]
        pub(crate) discount: Option<Discount>,
    }

    #[derive(Clone, PartialEq, prost::Oneof)]
    pub(crate) enum Discount {
        #[prost(message, tag = "12")]
        Percentage(PercentageDiscount),
        #[prost(message, tag = "13")]
        Fixed(FixedDiscount),
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct OrderItem {
        #[prost(string, tag = "1")]
        pub(crate) product_id: String,
        #[prost(int32, tag = "2")]
        pub(crate) quantity: i32,
        #[prost(double, tag = "3")]
        pub(crate) unit_price: f64,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct PercentageDiscount {
        #[prost(int32, tag = "1")]
        pub(crate) percent: i32,
        #[prost(int32, tag = "2")]
        pub(crate) max_amount: i32,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct FixedDiscount {
        #[prost(double, tag = "1")]
        pub(crate) amount: f64,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct ShippingAddress {
        #[prost(string, tag = "1")]
        pub(crate) recipient: String,
        #[prost(string, repeated, tag = "2")]
        pub(crate) lines: Vec<String>,
        #[prost(string, tag = "3")]
        pub(crate) city: String,
        #[prost(string, tag = "4")]
        pub(crate) postal_code: String,
        #[prost(string, tag = "5")]
        pub(crate) country_code: String,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct PaymentInfo {
        #[prost(string, tag = "1")]
        pub(crate) method: String,
        #[prost(message, optional, tag = "2")]
        pub(crate) amount: Option<Money>,
        #[prost(string, optional, tag = "3")]
        pub(crate) reference: Option<String>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Money {
        #[prost(string, tag = "1")]
        pub(crate) currency_code: String,
        #[prost(int64, tag = "2")]
        pub(crate) units: i64,
        #[prost(int32, tag = "3")]
        pub(crate) nanos: i32,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Timestamp {
        #[prost(int64, tag = "1")]
        pub(crate) seconds: i64,
        #[prost(int32, tag = "2")]
        pub(crate) nanos: i32,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Duration {
        #[prost(int64, tag = "1")]
        pub(crate) seconds: i64,
        #[prost(int32, tag = "2")]
        pub(crate) nanos: i32,
    }
}
