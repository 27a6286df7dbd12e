//! The schema of the bench: 300 messages as a large API has them, drawn from fixed words by a fixed sequence of
//! numbers, so that it is the same on every machine. `proto` spells it, `sample` fills its messages.

use crate::draw::Draw;

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// By its name in the language.
    Scalar(&'static str),
    /// An index of [`Schema::enums`].
    Enum(usize),
    /// An index of [`Schema::messages`].
    Message(usize),
    Timestamp,
}

/// How often a value may stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Label {
    Plain,
    Optional,
    Repeated,
    /// A map by keys of this scalar.
    Map(&'static str),
    /// A member of the message's oneof.
    Member,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) number: u32,
    pub(crate) kind: Kind,
    pub(crate) label: Label,
}

#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) name: String,
    pub(crate) package: &'static str,
    /// The message that it is declared in.
    pub(crate) parent: Option<usize>,
    pub(crate) fields: Vec<Field>,
    /// A message holds only messages of lower levels, and lists of itself.
    level: u32,
}

#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) name: String,
    pub(crate) package: &'static str,
    pub(crate) parent: Option<usize>,
    pub(crate) values: u32,
}

#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) messages: Vec<Message>,
    pub(crate) enums: Vec<Enum>,
}

/// The packages, one file each, with the things that they are about.
pub(crate) const PACKAGES: [(&str, [&str; 5]); 6] = [
    ("identity", ["Account", "Group", "Session", "Credential", "Role"]),
    ("catalog", ["Product", "Category", "Price", "Review", "Supplier"]),
    ("orders", ["Order", "Cart", "Coupon", "Refund", "Invoice"]),
    ("logistics", ["Shipment", "Parcel", "Carrier", "Warehouse", "Route"]),
    ("billing", ["Payment", "Ledger", "Subscription", "Tariff", "Payout"]),
    ("telemetry", ["Metric", "Span", "Alert", "Device", "Report"]),
];

/// The messages about each thing: what follows its name, and the level. The two of [`NESTED`] lie in the bare one.
const ASPECTS: [(&str, u32); 10] = [
    ("", 2),
    ("Entry", 0),
    ("Origin", 0),
    ("Settings", 0),
    ("Policy", 0),
    ("Filter", 0),
    ("Summary", 1),
    ("Event", 1),
    ("Request", 3),
    ("Response", 3),
];
const NESTED: [&str; 2] = ["Entry", "Origin"];

/// A prime number of names, so that every step through them meets each once.
const NAMES: [&str; 61] = [
    "id",
    "name",
    "title",
    "description",
    "owner",
    "tenant_id",
    "region",
    "locale",
    "currency",
    "amount",
    "quantity",
    "priority",
    "score",
    "weight",
    "height",
    "width",
    "latitude",
    "longitude",
    "email",
    "phone_number",
    "street",
    "city",
    "postal_code",
    "country",
    "created_at",
    "updated_at",
    "expires_at",
    "deleted",
    "enabled",
    "verified",
    "version",
    "revision",
    "checksum",
    "payload",
    "content_type",
    "language",
    "tags",
    "labels",
    "notes",
    "reason",
    "state",
    "kind",
    "parent",
    "children_count",
    "page_size",
    "page_token",
    "total",
    "offset",
    "limit",
    "retries",
    "timeout_ms",
    "start",
    "finish",
    "duration_ms",
    "ratio",
    "threshold",
    "unit",
    "sku",
    "reference",
    "external_id",
    "type",
];

/// Scalars and how many of 100 fields have each; what is left is for enums and messages.
const SCALARS: [(&str, u32); 15] = [
    ("string", 25),
    ("int64", 9),
    ("int32", 8),
    ("bool", 9),
    ("double", 4),
    ("bytes", 3),
    ("uint32", 3),
    ("uint64", 3),
    ("float", 2),
    ("sint32", 1),
    ("sint64", 1),
    ("fixed32", 1),
    ("fixed64", 1),
    ("sfixed32", 1),
    ("sfixed64", 1),
];
const ENUM_SHARE: u32 = 8;
const TIMESTAMP_SHARE: u32 = 3;

impl Schema {
    pub(crate) fn draw() -> Self {
        let mut schema = Self { messages: Vec::new(), enums: Vec::new() };
        for (package, things) in PACKAGES {
            for thing in things {
                schema.declare(package, thing);
            }
        }
        let mut draw = Draw::new();
        for index in 0..schema.messages.len() {
            let fields = schema.fields(index, &mut draw);
            schema.messages[index].fields = fields;
        }
        schema
    }

    pub(crate) fn field_count(&self) -> usize {
        self.messages.iter().map(|message| message.fields.len()).sum()
    }

    /// All messages and the two enums about one thing, without their fields.
    fn declare(&mut self, package: &'static str, thing: &str) {
        let bare = self.messages.len();
        for (aspect, level) in ASPECTS {
            let nested = NESTED.contains(&aspect);
            self.messages.push(Message {
                name: if nested { aspect.to_owned() } else { format!("{thing}{aspect}") },
                package,
                parent: nested.then_some(bare),
                fields: Vec::new(),
                level,
            });
        }
        let values = 4 + (bare / ASPECTS.len()) as u32 % 6;
        self.enums.push(Enum { name: format!("{thing}Kind"), package, parent: None, values });
        self.enums.push(Enum { name: "State".to_owned(), package, parent: Some(bare), values: values + 2 });
    }

    fn fields(&self, index: usize, draw: &mut Draw) -> Vec<Field> {
        let count = if draw.one_in(11) { 16 + draw.below(15) } else { 3 + draw.below(8) };
        let (start, step) = (draw.below(61), 1 + draw.below(60));
        let mut fields: Vec<Field> = (0..count)
            .map(|position| {
                let (kind, label) = self.kind_and_label(index, draw);
                let name = NAMES[((start + position * step) % 61) as usize];
                Field { name, number: position + 1, kind, label }
            })
            .collect();
        if count >= 6 && draw.one_in(3) {
            let first = draw.below(count - 4) as usize;
            let members = 2 + draw.below(3) as usize;
            fields[first..first + members].iter_mut().for_each(|field| field.label = Label::Member);
        }
        if draw.one_in(40) {
            let number = count + 1;
            fields.push(Field { name: "nested", number, kind: Kind::Message(index), label: Label::Repeated });
        }
        fields
    }

    fn kind_and_label(&self, index: usize, draw: &mut Draw) -> (Kind, Label) {
        let kind = self.kind(index, draw);
        let label = match draw.below(100) {
            0..15 => Label::Repeated,
            15..19 => Label::Map(["string", "string", "int32", "int64", "uint32"][draw.below(5) as usize]),
            19..27 if matches!(kind, Kind::Scalar(_) | Kind::Enum(_)) => Label::Optional,
            _ => Label::Plain,
        };
        (kind, label)
    }

    fn kind(&self, index: usize, draw: &mut Draw) -> Kind {
        let mut share = draw.below(100);
        for (scalar, of_100) in SCALARS {
            if share < of_100 {
                return Kind::Scalar(scalar);
            }
            share -= of_100;
        }
        if share < ENUM_SHARE {
            return Kind::Enum(self.reachable(index, &self.enums, |it| it.package, draw));
        }
        if share < ENUM_SHARE + TIMESTAMP_SHARE {
            return Kind::Timestamp;
        }
        let level = self.messages[index].level;
        let mut held = (0..8).map(|_| self.reachable(index, &self.messages, |it| it.package, draw));
        held.find(|held| self.messages[*held].level < level).map_or(Kind::Scalar("string"), Kind::Message)
    }

    /// One of `items`: mostly of the message's own package, else of one before it.
    fn reachable<T>(&self, index: usize, items: &[T], package: fn(&T) -> &str, draw: &mut Draw) -> usize {
        let own = PACKAGES.iter().position(|(name, _)| *name == self.messages[index].package).unwrap_or(0);
        let from = if draw.one_in(5) { draw.below(own as u32 + 1) as usize } else { own };
        let of_package: Vec<usize> =
            (0..items.len()).filter(|item| package(&items[*item]) == PACKAGES[from].0).collect();
        of_package[draw.below(of_package.len() as u32) as usize]
    }
}
