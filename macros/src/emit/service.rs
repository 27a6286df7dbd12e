//! Services: the module of a service's name and methods, which both sides share.
//!
//! `emit::package` calls [`constants`]; `server` and `client` emit the two sides.

use proc_macro2::TokenStream;
use quote::quote;

use super::path::{Cx, ident};
use crate::model::{CallShape, Service};

/// The module.
pub(super) fn constants(cx: &Cx<'_>, service: &Service) -> TokenStream {
    let (rt, allow, visibility) = (&cx.rt, &cx.allow, &cx.visibility);
    let opening = cx.opening();
    let module = ident(&service.module);
    let full_name = &service.full_name;
    let doc = format!("The methods of `{full_name}`.");
    let statics = service.methods.iter().map(|method| {
        let path = format!("/{full_name}/{}", method.proto_name);
        let doc = format!("`{full_name}/{}`: {}.", method.proto_name, words(method.shape));
        let (name, shape) = (ident(&method.constant), ident(shape(method.shape)));
        let idempotency = method.idempotency.map(|variant| {
            let variant = ident(variant);
            quote!(.with_idempotency(__rt::Idempotency::#variant))
        });
        quote! {
            #[doc = #doc]
            pub static #name: __rt::Method = __rt::Method::new(#path, __rt::Shape::#shape)#idempotency;
        }
    });
    quote! {
        #rt::if_service! {
            #[doc = #doc]
            #allow
            #visibility mod #module {
                #opening
                /// The full name of the service.
                pub const NAME: &::core::primitive::str = #full_name;
                #(#statics)*
            }
        }
    }
}

fn shape(shape: CallShape) -> &'static str {
    match shape {
        CallShape::Unary => "Unary",
        CallShape::ClientStream => "ClientStream",
        CallShape::ServerStream => "ServerStream",
        CallShape::Bidi => "Bidi",
    }
}

fn words(shape: CallShape) -> &'static str {
    match shape {
        CallShape::Unary => "unary",
        CallShape::ClientStream => "client streaming",
        CallShape::ServerStream => "server streaming",
        CallShape::Bidi => "bidirectional streaming",
    }
}
