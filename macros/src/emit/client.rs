//! The client's side of a service: one concrete type with a forwarding line per method.
//!
//! `emit::package` calls [`definition`], and [`local`] where the server's side is there as well.

use proc_macro2::TokenStream;
use quote::quote;

use super::method::{Spelled, spelled};
use super::path::{Cx, ident};
use crate::model::{CallShape, Method, Service};

/// The client, behind the runtime's switch.
pub(super) fn definition(cx: &Cx<'_>, service: &Service) -> TokenStream {
    let (rt, allow, visibility) = (&cx.rt, &cx.allow, &cx.visibility);
    let name = cx.item(&service.client, service.blame);
    let doc = format!("Calls `{}`.", service.full_name);
    let deprecated = service.deprecated.then(|| quote!(#[deprecated]));
    let methods = service.methods.iter().map(|method| call(cx, service, method));
    quote! {
        #rt::if_client! {
            #[doc = #doc]
            #deprecated
            #allow
            #[derive(::core::clone::Clone, ::core::fmt::Debug)]
            #visibility struct #name {
                channel: #rt::Channel,
            }
            #allow
            impl #name {
                /// Prepares a client for `target`, for example `http://127.0.0.1:50051`. Nothing is connected before the first call.
                pub fn connect(target: impl #rt::IntoTarget) -> #rt::Connect<Self> {
                    #rt::Connect::new(target)
                }
                /// Adds an interceptor around every call of this client, inside of those that were added before. Clones made before it are without.
                pub fn intercept(self, interceptor: impl #rt::Interceptor) -> Self {
                    Self { channel: self.channel.intercept(interceptor) }
                }
                #(#methods)*
            }
            #rt::if_tower! {
                #allow
                impl #name {
                    /// A client over a service of tower, for requests to `origin`: see `Channel::from_tower`.
                    pub fn from_tower(origin: &::core::primitive::str, service: impl #rt::TowerTransport) -> #rt::Result<Self> {
                        #rt::Channel::from_tower(origin, service).map(<Self as ::core::convert::From<#rt::Channel>>::from)
                    }
                }
            }
            #allow
            impl ::core::convert::From<#rt::Channel> for #name {
                fn from(channel: #rt::Channel) -> Self {
                    Self { channel }
                }
            }
        }
    }
}

fn call(cx: &Cx<'_>, service: &Service, method: &Method) -> TokenStream {
    let rt = &cx.rt;
    let Spelled { outer, name, constant, request, reply } = spelled(cx, service, method);
    let (call, verb) = match method.shape {
        CallShape::Unary => ("Unary", "unary"),
        CallShape::ClientStream => ("ClientStream", "client_stream"),
        CallShape::ServerStream => ("ServerStream", "server_stream"),
        CallShape::Bidi => ("Bidi", "bidi"),
    };
    let (call, verb) = (ident(call), ident(verb));
    match method.shape {
        CallShape::Unary | CallShape::ServerStream => quote! {
            #outer
            pub fn #name(&self, request: #request) -> #rt::client::#call<#request, #reply> {
                self.channel.#verb(&#constant, request)
            }
        },
        CallShape::ClientStream | CallShape::Bidi => quote! {
            #outer
            pub fn #name(&self) -> #rt::client::#call<#request, #reply> {
                self.channel.#verb(&#constant)
            }
        },
    }
}

/// A client without a network.
pub(super) fn local(cx: &Cx<'_>, service: &Service) -> TokenStream {
    let (rt, allow) = (&cx.rt, &cx.allow);
    let (client, server) = (ident(&service.client), ident(&service.server));
    let implemented = ident(&service.ident);
    quote! {
        #rt::if_local! {
            #allow
            impl #client {
                /// A client that calls `service` in this process, without a network: for tests.
                pub fn local(service: impl #implemented) -> Self {
                    <Self as ::core::convert::From<#rt::Channel>>::from(#rt::local(#server::new(service)))
                }
            }
        }
    }
}
