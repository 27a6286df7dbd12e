//! The first pass: where every type of every file lives in Rust, so that any reference can be spelled from anywhere.
//!
//! `model::package` builds the [`Scope`] once; fields, services and recursion look types up in it.

use std::collections::{HashMap, HashSet};

use prost_types::{DescriptorProto, EnumDescriptorProto};

use super::name::joined;
use super::pattern::covers;
use super::setting::Made;
use super::{enumeration, name};
use crate::error::{Errors, Problem};
use crate::parse::{EnumType, File, Text};

/// All types by their full proto name.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    types: HashMap<String, Known>,
}

/// A type: where it lives and what it is.
#[derive(Debug)]
pub(crate) struct Known {
    place: Place,
    /// The module of what is nested in it; empty for an enum.
    inner: Vec<String>,
    /// `None` for a message.
    pub(crate) enumeration: Option<KnownEnum>,
}

/// What a reference to an enum needs to know of it.
#[derive(Debug)]
pub(crate) struct KnownEnum {
    pub(crate) closed: bool,
    /// Proto name and variant, in order of declaration; the first is the default.
    pub(crate) values: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
enum Place {
    Tree { module: Vec<String>, name: String },
    WellKnown(Vec<String>),
    Extern { entry: usize, trim: bool, segments: Vec<String> },
    Dep { entry: usize, segments: Vec<String>, view: bool },
}

/// What is there already when the call is expanded.
#[derive(Clone, Copy)]
pub(crate) struct Elsewhere<'a> {
    /// The proto names of `extern_path`.
    pub(crate) externs: &'a [Text],
    pub(crate) deps: &'a [Made],
}

/// How a type is spelled from the module that names it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TypePath {
    /// `super::` so many times, then the segments.
    Local { up: usize, segments: Vec<String> },
    /// In the runtime's `well_known` or `rpc`: from its root.
    WellKnown(Vec<String>),
    /// Below the path of the call's n-th `extern_path`; `trim` drops that path's last segment first.
    Extern { entry: usize, trim: bool, segments: Vec<String> },
    /// `super::` so many times, to the place of the call, and from there below the module of the n-th of `deps`.
    Dep { up: usize, entry: usize, segments: Vec<String> },
}

impl Scope {
    pub(crate) fn new(files: &[File], elsewhere: Elsewhere<'_>, errors: &mut Errors) -> Self {
        let mut scope = Self::default();
        let mut packages: HashMap<&str, HashSet<String>> = HashMap::new();
        for file in files {
            packages.entry(file.descriptor.package()).or_default().extend(top_names(file));
        }
        for file in files {
            let package = file.descriptor.package();
            let site = Site {
                file,
                own: !file.bundled || file.root,
                package: package.split('.').filter(|part| !part.is_empty()).count(),
            };
            let module = modules_of(package);
            let mut level = Level {
                scope: package.to_owned(),
                module,
                names: packages.get(package).cloned().unwrap_or_default(),
                path: Vec::new(),
            };
            let mut walk = Walk { scope: &mut scope, elsewhere, site };
            walk.types(&file.descriptor.message_type, &file.descriptor.enum_type, &mut level);
        }
        scope.report_unused(elsewhere.externs, errors);
        scope
    }

    pub(crate) fn get(&self, full_name: &str) -> Option<&Known> {
        self.types.get(full_name.trim_start_matches('.'))
    }

    /// The module and name of a type that this call emits.
    pub(crate) fn own(&self, full_name: &str) -> Option<(&[String], &str)> {
        match &self.get(full_name)?.place {
            Place::Tree { module, name } => Some((module, name)),
            _ => None,
        }
    }

    /// Whether the type, which one of `deps` made, has a view.
    pub(crate) fn foreign_view(&self, full_name: &str) -> Option<bool> {
        match self.get(full_name)?.place {
            Place::Dep { view, .. } => Some(view),
            _ => None,
        }
    }

    /// The entry of `deps` that made the message, unless that made a view of it, too.
    pub(crate) fn without_view(&self, full_name: &str) -> Option<usize> {
        match self.get(full_name)? {
            Known { place: Place::Dep { entry, view: false, .. }, enumeration: None, .. } => Some(*entry),
            _ => None,
        }
    }

    /// The module of what is nested in a message.
    pub(crate) fn inner(&self, full_name: &str) -> Vec<String> {
        self.get(full_name).map(|known| known.inner.clone()).unwrap_or_default()
    }

    /// The path to a type from a module of the tree.
    pub(crate) fn path(&self, full_name: &str, from: &[String]) -> TypePath {
        match self.get(full_name).map(|known| &known.place) {
            Some(Place::Tree { module, name }) => relative(from, module, name),
            Some(Place::WellKnown(segments)) => TypePath::WellKnown(segments.clone()),
            Some(Place::Extern { entry, trim, segments }) => {
                TypePath::Extern { entry: *entry, trim: *trim, segments: segments.clone() }
            }
            Some(Place::Dep { entry, segments, .. }) => {
                TypePath::Dep { up: from.len(), entry: *entry, segments: segments.clone() }
            }
            // The link has resolved every name; this would be a file that is not there.
            None => TypePath::WellKnown(full_name.split('.').map(str::to_owned).collect()),
        }
    }

    fn report_unused(&self, externs: &[Text], errors: &mut Errors) {
        for entry in externs {
            if self.types.keys().any(|name| covers(&entry.value, name)) {
                continue;
            }
            let problem =
                Problem::new(format!("`{}` in extern_path matches nothing", entry.value), entry.blame());
            errors.push(problem.help("name a package or a type that the files of this call import"));
        }
    }
}

/// The modules of a proto package.
pub(crate) fn modules_of(package: &str) -> Vec<String> {
    package.split('.').filter(|part| !part.is_empty()).map(name::member).collect()
}

/// From one module of the tree to a name in another.
pub(crate) fn relative(from: &[String], module: &[String], name: &str) -> TypePath {
    let common = from.iter().zip(module).take_while(|(left, right)| left == right).count();
    let segments = module.iter().skip(common).cloned().chain([name.to_owned()]).collect();
    TypePath::Local { up: from.len() - common, segments }
}

/// The module of what is nested in a type or belongs to a service: its name in snake case, unless a type has that name.
pub(crate) fn module_name(name: &str, siblings: &HashSet<String>) -> String {
    name::free(name::member(name), |module| siblings.contains(module))
}

/// The Rust names of a file's types and services.
fn top_names(file: &File) -> Vec<String> {
    let messages = file.descriptor.message_type.iter().map(DescriptorProto::name);
    let enums = file.descriptor.enum_type.iter().map(EnumDescriptorProto::name);
    let services = file.descriptor.service.iter().map(|service| service.name());
    messages.chain(enums).chain(services).map(name::escaped).collect()
}

/// What all types of a file share.
#[derive(Clone, Copy)]
struct Site<'a> {
    file: &'a File,
    own: bool,
    package: usize,
}

/// One nesting level: its proto scope, its Rust module, and the types of that module.
struct Level {
    scope: String,
    module: Vec<String>,
    names: HashSet<String>,
    /// The descriptor path of the message around it; empty for the file.
    path: Vec<i32>,
}

impl Level {
    /// The path of the n-th message (or enum) at this level.
    fn path(&self, index: i32, is_enum: bool) -> Vec<i32> {
        let of_messages = if self.path.is_empty() { 4 } else { 3 };
        [&self.path[..], &[of_messages + i32::from(is_enum), index]].concat()
    }
}

struct Walk<'a> {
    scope: &'a mut Scope,
    elsewhere: Elsewhere<'a>,
    site: Site<'a>,
}

impl Walk<'_> {
    fn types(&mut self, messages: &[DescriptorProto], enums: &[EnumDescriptorProto], level: &mut Level) {
        for (index, enumeration) in (0..).zip(enums) {
            let features = self.site.file.dialect.features(&level.path(index, true));
            let known = KnownEnum {
                closed: features.enum_type == EnumType::Closed,
                values: enumeration::named_values(enumeration, features),
            };
            self.insert(level, enumeration.name(), (Vec::new(), Some(known)));
        }
        for (index, message) in (0..).zip(messages) {
            let nested = message.nested_type.iter().map(DescriptorProto::name);
            let names =
                nested.chain(message.enum_type.iter().map(EnumDescriptorProto::name)).map(name::escaped);
            let mut module = level.module.clone();
            module.push(module_name(message.name(), &level.names));
            self.insert(level, message.name(), (module.clone(), None));
            let path = level.path(index, false);
            let mut inner =
                Level { scope: joined(&level.scope, message.name()), module, names: names.collect(), path };
            self.types(&message.nested_type, &message.enum_type, &mut inner);
        }
    }

    fn insert(
        &mut self,
        level: &Level,
        proto_name: &str,
        (inner, enumeration): (Vec<String>, Option<KnownEnum>),
    ) {
        let full = joined(&level.scope, proto_name);
        let place = self.place(&full, level, name::escaped(proto_name));
        self.scope.types.insert(full, Known { place, inner, enumeration });
    }

    fn place(&self, full: &str, level: &Level, name: String) -> Place {
        let externs = self.elsewhere.externs.iter().map(|entry| entry.value.as_str()).enumerate();
        let entries = externs.filter(|(_, entry)| covers(entry, full));
        let mut segments = level.module.clone();
        segments.push(name.clone());
        if let Some((entry, prefix)) = entries.max_by_key(|(_, entry)| entry.len()) {
            let length = prefix.split('.').count();
            // Past the package the prefix names a type, and what is nested in that lives beside it in a module.
            let trim = length > self.site.package && full != prefix;
            let segments = segments.split_off((length - usize::from(trim)).min(segments.len()));
            return Place::Extern { entry, trim, segments };
        }
        let dep = self.site.file.dep.and_then(|entry| Some((entry, self.elsewhere.deps.get(entry)?)));
        if let Some((entry, known)) = dep.and_then(|(entry, dep)| Some((entry, dep.types.get(full)?))) {
            let segments = known.path.split("::").map(str::to_owned).collect();
            return Place::Dep { entry, segments, view: known.view };
        }
        if self.site.own {
            return Place::Tree { module: level.module.clone(), name };
        }
        // Two packages are bundled, and each has a module of the runtime.
        let home = if full.starts_with("google.rpc.") { "rpc" } else { "well_known" };
        segments.splice(..2.min(segments.len()), [home.to_owned()]);
        Place::WellKnown(segments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(from: &str, module: &str, name: &str) -> (usize, String) {
        let split = |path: &str| {
            path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        match relative(&split(from), &split(module), name) {
            TypePath::Local { up, segments } => (up, segments.join("::")),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn paths_go_up_only_as_far_as_needed() {
        assert_eq!(path("shop::v1", "shop::v1", "Order"), (0, "Order".to_owned()));
        assert_eq!(path("shop::v1::order", "shop::v1", "Item"), (1, "Item".to_owned()));
        assert_eq!(path("shop::v1", "shop::v1::order", "Status"), (0, "order::Status".to_owned()));
        assert_eq!(path("shop::v1", "common", "Money"), (2, "common::Money".to_owned()));
        assert_eq!(path("shop", "", "Root"), (1, "Root".to_owned()));
    }

    #[test]
    fn a_module_gives_way_to_a_type_of_its_name() {
        let types: HashSet<String> = ["order".to_owned(), "r#type".to_owned()].into();
        assert_eq!(module_name("order", &types), "order_");
        assert_eq!(module_name("Type", &types), "type_");
        assert_eq!(module_name("Item", &types), "item");
    }
}
