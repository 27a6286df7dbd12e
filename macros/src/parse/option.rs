//! Takes out of a parsed file's options what protox does not know: features, defaults in editions, `inf` and `nan`;
//! and gives back what `parse::lower` had to blank.
//!
//! `parse::load` calls [`take`] with every file before it is linked.

use std::collections::HashMap;

use prost_types::field_descriptor_proto::Type;
use prost_types::{FieldDescriptorProto, FileDescriptorProto, UninterpretedOption};

use super::aggregate::{self, Entry};
use super::bracket;
use super::default;
use super::dialect::{Choice, Dialect};
use super::edition::Edition;
use super::element::{self, Place, Visitor};
use super::feature::{FEATURES, Feature, Target, Value, named};
use super::near::nearest;
use super::source::Source;
use super::statement::{DEFAULT, Kept, NEGATIVE, Reserved};
use crate::error::{Blame, Problem};

/// The part of every kind of options that holds those which are not interpreted yet.
const UNINTERPRETED: i32 = 999;

/// The part of a field that holds its default.
const DEFAULT_VALUE: i32 = 7;

/// Options that ended with an edition: on what, name, the number of that edition, what to write instead.
const ENDED: [(Target, &str, u32, &str); 4] = [
    (Target::Field, "packed", 1000, "write `[features.repeated_field_encoding = …]`: `PACKED` or `EXPANDED`"),
    (Target::Field, "ctype", 1001, "remove it; `features.(pb.cpp).string_type` says it now"),
    (
        Target::File,
        "java_string_check_utf8",
        1000,
        "remove it; `features.(pb.java).utf8_validation` says it now",
    ),
    (Target::File, "java_multiple_files", 1001, "remove it; it is so anyway"),
];

/// Options that nobody sets: on what (everything), name, why not, what to do.
const UNSETTABLE: [(Option<Target>, &str, &str, &str); 3] = [
    (Some(Target::Message), "map_entry", "is not set by hand", "write `map<KeyType, ValueType>`"),
    (Some(Target::File), "php_generic_services", "is not known any more", "remove it"),
    (None, "uninterpreted_option", "is for compilers alone", "remove it"),
];

/// Options of those who define features: newer than the descriptors that protox links with, and of no use here.
const OF_FEATURES: [&str; 2] = ["edition_defaults", "feature_support"];

/// What was lowered of a file, and whom to blame for it.
pub(super) struct Taken {
    pub(super) edition: Option<&'static Edition>,
    pub(super) kept: Kept,
    pub(super) blame: usize,
}

/// Mends the descriptor so that it links as proto2, or as the syntax that it has.
pub(super) fn take(
    file: &mut FileDescriptorProto,
    source: &mut Source,
    taken: Taken,
) -> Result<Dialect, Vec<Problem>> {
    let mut dialect = match taken.edition {
        Some(edition) => {
            file.syntax = None;
            Dialect::new(edition)
        }
        None => Dialect::of_syntax(file.syntax()),
    };
    let package = file.package().to_owned();
    let mut problems = Vec::new();
    taken.kept.ranges.into_iter().for_each(|range| bracket::give_back(file, range));
    for reserved in &taken.kept.reserved {
        if !give_back(file, source, reserved) {
            let label = source.mark(reserved.offset, reserved.name.len(), "reserved again here");
            let title = format!("name `{}` is reserved twice", reserved.name);
            problems.push(Problem::new(title, Blame::File(taken.blame)).at(source.snippet([label])));
        }
    }
    let marks = taken.kept.marks.into_iter();
    dialect.marks = marks.map(|mark| (mark.name, (mark.export, mark.offset))).collect();
    dialect.option_imports = taken.kept.option_imports;
    let (removed, defaults) = (HashMap::new(), HashMap::new());
    let mut taker = Taker { dialect, source, blame: taken.blame, removed, defaults, problems };
    element::visit(file, &mut taker);
    let Taker { dialect, removed, defaults, problems, .. } = taker;
    defaults.iter().for_each(|(option, default)| source.copy(option, default));
    move_places(file, &removed, &defaults);
    if problems.is_empty() {
        Ok(dialect)
    } else {
        Err(problems.into_iter().map(|problem| problem.within(&package)).collect())
    }
}

struct Taker<'a> {
    dialect: Dialect,
    source: &'a Source,
    blame: usize,
    /// Which options were taken, by the path of all options of their element.
    removed: HashMap<Vec<i32>, Vec<i32>>,
    /// Where the option of a default was, and where the default is now.
    defaults: HashMap<Vec<i32>, Vec<i32>>,
    problems: Vec<Problem>,
}

impl Visitor for Taker<'_> {
    fn options(&mut self, place: &Place, options: &mut Vec<UninterpretedOption>) {
        let mut index = 0;
        options.retain_mut(|option| {
            let at = [&place.options()[..], &[UNINTERPRETED, index]].concat();
            index += 1;
            spell_number(option);
            let is_feature = is_plain(option, 0, "features");
            if is_feature {
                self.features(place, option, at);
            } else if option.name.len() == 1 {
                self.check_ended(place, option, &at);
                self.check_settable(place, option, &at);
            }
            // A default is read with its field, which comes first.
            let is_default = place.target == Target::Field && self.is_default(option);
            let known = is_feature || is_default || OF_FEATURES.iter().any(|name| is_plain(option, 0, name));
            if known {
                self.removed.entry(place.options()).or_default().push(index - 1);
            }
            !known
        });
    }

    fn field(&mut self, path: &[i32], field: &mut FieldDescriptorProto) {
        default::respell(field);
        let Some(options) = &field.options else { return };
        let scalar = field.r#type.is_some_and(|kind| kind != i32::from(Type::Message));
        let lazy = |option: &UninterpretedOption| {
            is_plain(option, 0, "unverified_lazy") && option.identifier_value.as_deref() == Some("true")
        };
        if let Some(index) = options.uninterpreted_option.iter().position(lazy).filter(|_| scalar) {
            let at = [path, &[8, UNINTERPRETED, i32::try_from(index).unwrap_or(0)]].concat();
            self.refuse(
                "`unverified_lazy` is for fields of messages".to_owned(),
                &at,
                "remove it".to_owned(),
            );
        }
        let mut defaults =
            (0..).zip(&options.uninterpreted_option).filter(|(_, option)| self.is_default(option));
        let (Some((index, found)), second) = (defaults.next(), defaults.next()) else { return };
        let mut value = found.clone();
        spell_number(&mut value);
        let at = |index: i32| [path, &[8, UNINTERPRETED, index]].concat();
        let second = second.map(|(index, _)| index);
        match default::text(field, &value) {
            Ok(text) => {
                field.default_value = Some(text);
                default::respell(field);
                self.defaults.insert(at(index), [path, &[DEFAULT_VALUE]].concat());
            }
            Err(reason) => {
                self.refuse(format!("this default does not fit: {reason}"), &at(index), String::new())
            }
        }
        if let Some(second) = second {
            self.refuse("option `default` is set twice".to_owned(), &at(second), "remove one".to_owned());
        }
    }
}

impl Taker<'_> {
    fn is_default(&self, option: &UninterpretedOption) -> bool {
        self.dialect.edition.has_features() && option.name.len() == 1 && is_plain(option, 0, DEFAULT)
    }

    fn check_ended(&mut self, place: &Place, option: &UninterpretedOption, at: &[i32]) {
        let edition = self.dialect.edition;
        let ended = ENDED.iter().find(|(target, name, since, _)| {
            *target == place.target && is_plain(option, 0, name) && edition.number >= *since
        });
        if let Some((_, name, _, help)) = ended {
            let title = format!("option `{name}` is not part of edition {}", edition.name);
            self.refuse(title, at, (*help).to_owned());
        }
    }

    fn check_settable(&mut self, place: &Place, option: &UninterpretedOption, at: &[i32]) {
        let unsettable = UNSETTABLE.iter().find(|(target, name, ..)| {
            target.is_none_or(|target| target == place.target) && is_plain(option, 0, name)
        });
        if let Some((_, name, why, help)) = unsettable {
            self.refuse(format!("option `{name}` {why}"), at, (*help).to_owned());
        }
        if let Some(host) = option.aggregate_value.as_deref().and_then(aggregate::other_host) {
            let title = format!("types are not looked for at `{host}`");
            self.refuse(title, at, format!("write `{}`", aggregate::HOSTS[0]));
        }
    }

    /// One `features…` option.
    fn features(&mut self, place: &Place, option: &UninterpretedOption, at: Vec<i32>) {
        if !self.dialect.edition.has_features() {
            let title = "features are for files with an `edition`".to_owned();
            return self.refuse(title, &at, "write `edition = \"2023\";` instead of `syntax`".to_owned());
        }
        match (option.name.get(1), &option.aggregate_value) {
            // Features of other languages' generators mean nothing here.
            (Some(part), _) if part.is_extension => {}
            (Some(part), _) if option.name.len() == 2 => {
                let value = option.identifier_value.as_deref().unwrap_or("");
                self.choose(place, (&part.name_part, value), &at);
            }
            (None, Some(text)) => self.all_features(place, text, &at),
            _ => {
                let help = "write `features.name = VALUE` or `features = { name: VALUE }`";
                self.refuse("a feature is set by its name".to_owned(), &at, help.to_owned());
            }
        }
    }

    /// `features = { … }`
    fn all_features(&mut self, place: &Place, text: &str, at: &[i32]) {
        if self.dialect.chosen.contains_key(&place.element) {
            let title = "option `features` is set already".to_owned();
            return self.refuse(title, at, "put this one first, or set the others in it".to_owned());
        }
        let Some(entries) = aggregate::entries(text) else {
            let title = "this is not a set of features".to_owned();
            return self.refuse(title, at, "write `features = { name: VALUE }`".to_owned());
        };
        for Entry { name, value } in entries {
            self.choose(place, (name, value), at);
        }
    }

    fn choose(&mut self, place: &Place, (name, value): (&str, &str), at: &[i32]) {
        let (feature, value) = match self.checked(place, name, value) {
            Ok(sound) => sound,
            Err((title, help)) => return self.refuse(title, at, help),
        };
        if self.dialect.choice(&place.element, name).is_some() {
            let title = format!("feature `{name}` is set twice");
            return self.refuse(title, at, "remove one".to_owned());
        }
        let required = ("field_presence", "LEGACY_REQUIRED");
        if place.target == Target::File && (feature.name, value.name) == required {
            let title = "fields cannot be required by default".to_owned();
            return self.refuse(title, at, "set it on each field that is required".to_owned());
        }
        let choice = Choice { feature, value, place: at.to_vec() };
        self.dialect.chosen.entry(place.element.clone()).or_default().push(choice);
    }

    /// The feature and its value, or what is wrong with them, with help.
    fn checked(
        &self,
        place: &Place,
        name: &str,
        value: &str,
    ) -> Result<(&'static Feature, &'static Value), (String, String)> {
        let edition = self.dialect.edition;
        let here = |it: &&Feature| it.targets.contains(&place.target) && it.introduced <= edition.number;
        let Some(feature) = named(name) else {
            let names = FEATURES.iter().filter(here).map(|it| it.name);
            return Err((
                format!("unknown feature `{name}`"),
                meant(name, names.collect(), "features here are"),
            ));
        };
        let word = place.target.word();
        if feature.introduced > edition.number {
            let title = format!("feature `{name}` is not part of edition {} yet", edition.name);
            return Err((title, "remove it, or take a later edition".to_owned()));
        }
        if !feature.targets.contains(&place.target) {
            let targets: Vec<String> = feature.targets.iter().map(|it| format!("`{}`", it.word())).collect();
            let title = format!("feature `{name}` cannot be set on this: {word}");
            return Err((title, format!("it can be set on {}", targets.join(", "))));
        }
        let known = feature.values.iter().find(|it| it.name == value || it.number.to_string() == value);
        known.map(|known| (feature, known)).ok_or_else(|| {
            let names = feature.values.iter().map(|it| it.name).collect();
            (format!("unknown value of feature `{name}`"), meant(value, names, "its values are"))
        })
    }

    fn refuse(&mut self, title: String, at: &[i32], help: String) {
        let label = self.source.label(at, "", true);
        let problem = Problem::new(title, Blame::File(self.blame)).at(self.source.snippet(label));
        self.problems.push(if help.is_empty() { problem } else { problem.help(help) });
    }
}

/// What may have been meant, or else all that there is.
fn meant(name: &str, names: Vec<&str>, list: &str) -> String {
    match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the {list} `{}`", names.join("`, `")).replace("the its", "its"),
    }
}

fn is_plain(option: &UninterpretedOption, index: usize, name: &str) -> bool {
    option.name.get(index).is_some_and(|part| !part.is_extension && part.name_part == name)
}

/// `inf` and `nan` are numbers as well as words; which of the two decides the option's type.
fn spell_number(option: &mut UninterpretedOption) {
    let [minus_inf, minus_nan] = NEGATIVE;
    let word = option.identifier_value.as_deref().unwrap_or("");
    if word == minus_inf || word == minus_nan {
        option.double_value = Some(if word == minus_inf { f64::NEG_INFINITY } else { -f64::NAN });
        option.identifier_value = None;
    } else if word == "inf" {
        option.double_value = Some(f64::INFINITY);
    } else if word == "nan" {
        option.double_value = Some(f64::NAN);
    }
}

/// Puts a reserved name where it belongs; says whether it is new there.
fn give_back(file: &mut FileDescriptorProto, source: &mut Source, reserved: &Reserved) -> bool {
    let Some((names, path)) = reserved_names(file, &reserved.owner) else { return true };
    if names.contains(&reserved.name) {
        return false;
    }
    let index = i32::try_from(names.len()).unwrap_or(i32::MAX);
    source.add([&path[..], &[index]].concat(), (reserved.offset, reserved.name.len()));
    names.push(reserved.name.clone());
    true
}

/// The reserved names of a message or enum, and their path.
fn reserved_names<'a>(
    file: &'a mut FileDescriptorProto,
    owner: &str,
) -> Option<(&'a mut Vec<String>, Vec<i32>)> {
    if element::message(file, owner).is_some() {
        let (message, path) = element::message(file, owner)?;
        return Some((&mut message.reserved_name, [&path[..], &[10]].concat()));
    }
    let (enums, path, name) = match owner.rsplit_once('.') {
        Some((outer, name)) => {
            let (message, path) = element::message(file, outer)?;
            (&mut message.enum_type, [&path[..], &[4]].concat(), name)
        }
        None => (&mut file.enum_type, vec![5], owner),
    };
    let (enumeration, index) = enums.iter_mut().zip(0..).find(|(item, _)| item.name() == name)?;
    Some((&mut enumeration.reserved_name, [&path[..], &[index, 5]].concat()))
}

/// The link finds the places of options by their index, so places follow the options that are left.
fn move_places(
    file: &mut FileDescriptorProto,
    removed: &HashMap<Vec<i32>, Vec<i32>>,
    defaults: &HashMap<Vec<i32>, Vec<i32>>,
) {
    let Some(info) = file.source_code_info.as_mut().filter(|_| !removed.is_empty()) else { return };
    info.location.retain_mut(|location| {
        if let Some(default) = defaults.get(&location.path) {
            location.path.clone_from(default);
            return true;
        }
        let Some((options, &mut [part, ref mut index])) = location.path.split_last_chunk_mut::<2>() else {
            return true;
        };
        let Some(removed) = removed.get(&*options).filter(|_| part == UNINTERPRETED) else { return true };
        let before = removed.iter().filter(|gone| **gone < *index).count();
        let stays = !removed.contains(index);
        *index -= i32::try_from(before).unwrap_or(0);
        stays
    });
}
