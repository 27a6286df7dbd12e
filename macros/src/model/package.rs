//! The tree of modules: packages, and the modules of what is nested in messages, with everything that they hold.
//!
//! `lib.rs` calls [`build`]: pass one gives every type its place (`scope`), pass two builds all that refers to them.

use std::collections::{HashMap, HashSet};

use prost_types::file_options::OptimizeMode;
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto};

use super::choice::Choice;
use super::custom::Custom;
use super::enumeration::Enum;
use super::export::{self, ExportedType};
use super::extension::{Extension, ExtensionSite, Extensions};
use super::field::{Surroundings, is_map_entry};
use super::held::Held;
use super::message::{Message, Oneof, Site};
use super::name::joined;
use super::name::{self, view_name};
use super::recursion::Boxes;
use super::scope::{Elsewhere, Scope, modules_of};
use super::selection::{self, Requests};
use super::service::{Service, ServiceSite};
use super::setting::Settings;
use crate::error::{Blame, Errors, Problem};
use crate::parse::{File, Source, Text};

/// A module; the root of the tree has no name and stands for the place of the call.
#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) modules: Vec<Module>,
    pub(crate) messages: Vec<Message>,
    pub(crate) oneofs: Vec<Oneof>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) services: Vec<Service>,
}

/// What becomes of a call.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) root: Module,
    /// What other calls may use; nothing unless this one exports.
    pub(crate) exported: Vec<ExportedType>,
}

/// Builds the tree from the linked files.
pub(crate) fn build(files: &[File], settings: &Settings) -> (Built, Errors) {
    let mut errors = Errors::default();
    let elsewhere = Elsewhere { externs: &settings.externs, deps: &settings.deps };
    let scope = Scope::new(files, elsewhere, &mut errors);
    let choice = Choice::new(files, &scope, settings, &mut errors);
    let custom = Custom::new(files, &scope, settings, &mut errors);
    let boxes = Boxes::new(files);
    let held = Held::new(files, &scope, settings, &mut errors);
    let extensions = Extensions::new(files);
    let requests = Requests::new(files, &settings.view_requests, &mut errors);
    let views = selection::views(files, &settings.views, &requests, &mut errors);
    selection::missing(&views, &scope, &settings.deps, &mut errors);
    let places = places(files);
    let mut builder = Builder {
        scope: &scope,
        places: &places,
        choice: &choice,
        custom: &custom,
        boxes: &boxes,
        held: &held,
        views: &views,
        requests: &requests,
        extensions: &extensions,
        settings,
        root: Module::default(),
        traits: HashMap::new(),
        names: Names::default(),
        constants: Names::default(),
        errors: &mut errors,
    };
    for file in files {
        builder.types(file);
    }
    // What is made for a service beside its trait gives way to all other names, so these are all there before it.
    let served = || files.iter().filter(|file| file.root && (settings.client || settings.server));
    for file in served() {
        let package = file.descriptor.package();
        let kept = file.descriptor.service.iter().map(|service| service.name());
        let kept = kept.filter(|service| choice.keeps(&joined(package, service)));
        let traits = kept.map(name::escaped);
        builder.traits.entry(package.to_owned()).or_default().extend(traits);
    }
    for file in served() {
        builder.services(file);
    }
    builder.names.report(files, builder.errors);
    builder.constants.report(files, builder.errors);
    let root = builder.root;
    let exported = if settings.export { export::types(files, &scope, (&choice, &views)) } else { Vec::new() };
    (Built { root, exported }, errors)
}

/// The place of every message: they are counted as they stand in the descriptors, each before what is nested in it.
fn places(files: &[File]) -> HashMap<String, usize> {
    let mut places = HashMap::new();
    for file in files {
        place(&file.descriptor.message_type, file.descriptor.package(), &mut places);
    }
    places
}

fn place(messages: &[DescriptorProto], scope: &str, places: &mut HashMap<String, usize>) {
    for message in messages {
        let full_name = joined(scope, message.name());
        places.insert(full_name.clone(), places.len());
        place(&message.nested_type, &full_name, places);
    }
}

impl Module {
    /// The module at that path, made where it is not there yet.
    pub(crate) fn at(&mut self, path: &[String]) -> &mut Module {
        let Some((first, rest)) = path.split_first() else { return self };
        let index = self.modules.iter().position(|module| module.name == *first).unwrap_or_else(|| {
            self.modules.push(Module { name: first.clone(), ..Module::default() });
            self.modules.len() - 1
        });
        // The index is the one found, or that of the module just pushed.
        self.modules[index].at(rest)
    }
}

struct Builder<'a> {
    scope: &'a Scope,
    /// The place of every message among those of all files.
    places: &'a HashMap<String, usize>,
    choice: &'a Choice,
    custom: &'a Custom,
    boxes: &'a Boxes,
    held: &'a Held,
    views: &'a HashSet<String>,
    requests: &'a Requests,
    extensions: &'a Extensions,
    settings: &'a Settings,
    root: Module,
    /// The traits of the services, by package.
    traits: HashMap<String, HashSet<String>>,
    names: Names,
    /// A constant may have the name of a struct: Rust tells them apart.
    constants: Names,
    errors: &'a mut Errors,
}

impl<'a> Builder<'a> {
    fn around<'b>(&self, file: &'b File) -> Surroundings<'b>
    where
        'a: 'b,
    {
        let Settings { unchecked_bytes, unknown_fields, .. } = *self.settings;
        let wanted = file.descriptor.options.as_ref().map(|options| options.optimize_for());
        let small = self.settings.code_size || wanted == Some(OptimizeMode::CodeSize);
        let Self { scope, custom, boxes, held, views, .. } = *self;
        Surroundings { file, scope, custom, boxes, held, views, unknown_fields, unchecked_bytes, small }
    }

    fn types(&mut self, file: &File) {
        let around = self.around(file);
        let package = file.descriptor.package();
        for (index, message) in (0..).zip(&file.descriptor.message_type) {
            self.message(&around, message, package, &[4, index]);
        }
        for (index, enumeration) in (0..).zip(&file.descriptor.enum_type) {
            self.enumeration(file, enumeration, package, &[5, index]);
        }
        let site = ExtensionSite { path: &[7], scope: package, module: &modules_of(package) };
        self.extensions(&around, &file.descriptor.extension, &site);
    }

    /// The keys of extensions, unless the whole file is made elsewhere.
    fn extensions(
        &mut self,
        around: &Surroundings<'_>,
        fields: &[FieldDescriptorProto],
        site: &ExtensionSite<'_>,
    ) {
        let package = around.file.descriptor.package();
        let within = |entry: &Text| joined(package, "").starts_with(&joined(&entry.value, ""));
        let there = around.file.bundled && !around.file.root || around.file.dep.is_some();
        if there || self.settings.externs.iter().any(within) {
            return;
        }
        let names = name::distinct(fields.iter().map(|field| name::constant(field.name())).collect(), &[]);
        for ((index, field), ident) in (0..).zip(fields).zip(names) {
            let path = [site.path, &[index]].concat();
            let built = Extension::new(around, field, &ExtensionSite { path: &path, ..*site }, ident);
            if self.choice.keeps(&built.full_name)
                && self.constants.add(site.module, &built.ident, Origin::new(around.file, &path))
            {
                self.root.at(site.module).extensions.push(built);
            }
        }
    }

    fn message(&mut self, around: &Surroundings<'_>, message: &DescriptorProto, scope: &str, path: &[i32]) {
        let full_name = joined(scope, message.name());
        let Some((module, ident)) = self.scope.own(&full_name) else { return };
        let inner = self.scope.inner(&full_name);
        if self.choice.keeps(&full_name) {
            let site = Site { path, full_name: &full_name, module, inner: &inner };
            self.message_alone(around, message, (&site, ident));
        }
        for (index, nested) in (0..).zip(&message.nested_type).filter(|(_, nested)| !is_map_entry(nested)) {
            self.message(around, nested, &full_name, &[path, &[3, index]].concat());
        }
        let extensions = ExtensionSite { path: &[path, &[6]].concat(), scope: &full_name, module: &inner };
        self.extensions(around, &message.extension, &extensions);
        for (index, nested) in (0..).zip(&message.enum_type) {
            self.enumeration(around.file, nested, &full_name, &[path, &[4, index]].concat());
        }
    }

    /// The struct and the enums of its oneofs.
    fn message_alone(
        &mut self,
        around: &Surroundings<'_>,
        message: &DescriptorProto,
        (site, ident): (&Site<'_>, &str),
    ) {
        let Site { path, full_name, module, inner } = *site;
        let (mut built, oneofs) = Message::new(around, message, site);
        built.index = self.places.get(full_name).copied().unwrap_or(0);
        built.text_extensions = self.extensions.texts_of(full_name);
        if built.message_set && !self.settings.message_set {
            self.unwanted_set(around.file, path, full_name);
        }
        let mut names = vec![ident.to_owned()];
        names.extend(built.view.then(|| view_name(ident)));
        let origin = Origin::new(around.file, path);
        let fresh = names.iter().filter(|name| self.names.add(module, name, origin.clone()));
        if fresh.count() == names.len() {
            self.root.at(module).messages.push(built);
        }
        for oneof in oneofs {
            let mut names = vec![oneof.ident.clone()];
            names.extend((oneof.view && oneof.borrows).then(|| view_name(&oneof.ident)));
            let fresh = names.iter().filter(|name| self.names.add(inner, name, origin.clone()));
            if fresh.count() == names.len() {
                self.root.at(inner).oneofs.push(oneof);
            }
        }
    }

    fn unwanted_set(&mut self, file: &File, path: &[i32], full_name: &str) {
        let title = format!("`{full_name}` has the wire format of message sets");
        let label = file.source.label(&[path, &[7]].concat(), "", true);
        let problem = Problem::new(title, Blame::File(file.blame)).at(file.source.snippet(label));
        let problem = problem.help("add `message_set = true` to the call, if you need this old format");
        self.errors.push(problem.within(file.descriptor.package()));
    }

    fn enumeration(&mut self, file: &File, enumeration: &EnumDescriptorProto, scope: &str, path: &[i32]) {
        let full_name = joined(scope, enumeration.name());
        let Some((module, ident)) = self.scope.own(&full_name) else { return };
        if self.choice.keeps(&full_name) && self.names.add(module, ident, Origin::new(file, path)) {
            let built = Enum::new(file, enumeration, path, full_name).customized(self.custom);
            self.root.at(module).enums.push(built);
        }
    }

    fn services(&mut self, file: &File) {
        let around = self.around(file);
        let package = file.descriptor.package();
        let module = modules_of(package);
        for (index, service) in (0..).zip(&file.descriptor.service) {
            let mut types = self.names.of(&module);
            types.extend(self.traits.get(package).into_iter().flatten().cloned());
            types.extend(self.root.at(&module).modules.iter().map(|module| module.name.clone()));
            let full_name = joined(package, service.name());
            if !self.choice.keeps(&full_name) {
                continue;
            }
            let path = [6, index];
            let site = ServiceSite { path: &path, full_name: &full_name, module: &module, types: &types };
            let mut built = Service::new(&around, service, &site);
            built.methods.retain(|method| self.choice.keeps(&joined(&full_name, &method.proto_name)));
            for method in &mut built.methods {
                method.by_view = self.requests.contains(&joined(&full_name, &method.proto_name));
            }
            let mut names = vec![built.ident.clone(), built.module.clone()];
            names.extend(self.settings.server.then(|| built.server.clone()));
            names.extend(self.settings.client.then(|| built.client.clone()));
            let fresh = names.iter().filter(|name| self.names.add(&module, name, Origin::new(file, &path)));
            if fresh.count() == names.len() {
                self.root.at(&module).services.push(built);
            }
        }
    }
}

/// Where a Rust name comes from.
#[derive(Clone, Debug)]
struct Origin {
    file: String,
    path: Vec<i32>,
}

impl Origin {
    /// The name of the declaration at `path`: part 1 of a message, enum or service alike.
    fn new(file: &File, path: &[i32]) -> Self {
        Self { file: file.descriptor.name().to_owned(), path: [path, &[1]].concat() }
    }
}

/// The types of every module, to find those that have one name.
#[derive(Debug, Default)]
struct Names {
    types: HashMap<Vec<String>, HashMap<String, Origin>>,
    clashes: Vec<(String, Origin, Origin)>,
}

impl Names {
    /// Says whether the name is free; the second of two types with one name is reported and not emitted.
    fn add(&mut self, module: &[String], ident: &str, origin: Origin) -> bool {
        let types = self.types.entry(module.to_owned()).or_default();
        if let Some(first) = types.get(ident) {
            self.clashes.push((ident.to_owned(), first.clone(), origin));
            return false;
        }
        types.insert(ident.to_owned(), origin);
        true
    }

    fn of(&self, module: &[String]) -> HashSet<String> {
        self.types.get(module).map(|types| types.keys().cloned().collect()).unwrap_or_default()
    }

    fn report(&self, files: &[File], errors: &mut Errors) {
        for (ident, first, second) in &self.clashes {
            let find = |name: &str| files.iter().find(|file| file.descriptor.name() == name);
            let Some(file) = find(&second.file) else { continue };
            let source: &Source = &file.source;
            let here = source.label(&second.path, &format!("this needs the Rust name `{ident}`"), true);
            let before = if first.file == second.file {
                source.label(&first.path, "it is taken here", false)
            } else {
                None
            };
            let problem =
                Problem::new(format!("two Rust types would be called `{ident}`"), Blame::File(file.blame))
                    .at(source.snippet(before.into_iter().chain(here)))
                    .within(file.descriptor.package());
            let problem = match find(&first.file) {
                Some(other) if first.file != second.file => {
                    let line =
                        other.source.line(&first.path).map(|line| format!(":{line}")).unwrap_or_default();
                    problem.help(format!("the other one is in {}{line}", other.source.shown))
                }
                _ => problem,
            };
            errors.push(problem.help("rename one of the two"));
        }
    }
}
