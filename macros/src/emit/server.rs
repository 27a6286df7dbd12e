//! The server's side of a service: the trait to implement, and the type that serves an implementation.
//!
//! `emit::package` calls [`definition`].

use proc_macro2::TokenStream;
use quote::quote;

use super::method::{Spelled, spelled};
use super::path::{Cx, ident, outer};
use crate::model::{CallShape, Method, Service};

/// Both, behind the runtime's switch.
pub(super) fn definition(cx: &Cx<'_>, service: &Service) -> TokenStream {
    let rt = &cx.rt;
    let declaration = declaration(cx, service);
    let server = server(cx, service);
    let dispatch = dispatch(cx, service);
    quote! {
        #rt::if_server! {
            #declaration
            #server
            #dispatch
        }
    }
}

fn declaration(cx: &Cx<'_>, service: &Service) -> TokenStream {
    let (allow, visibility) = (&cx.allow, &cx.visibility);
    let outer = outer(&service.doc, service.deprecated);
    let name = cx.item(&service.ident, service.blame);
    let methods = service.methods.iter().map(|method| default_method(cx, service, method));
    quote! {
        #outer
        #allow
        #visibility trait #name: ::core::marker::Send + ::core::marker::Sync + 'static {
            #(#methods)*
        }
    }
}

/// A method that answers UNIMPLEMENTED until the user writes it.
fn default_method(cx: &Cx<'_>, service: &Service, method: &Method) -> TokenStream {
    let rt = &cx.rt;
    let Spelled { outer, name, constant, request, reply } = spelled(cx, service, method);
    // By its own path: the lifetime of a projection would not be one that an implementation could leave to `'_`.
    let request = if method.by_view { cx.view_for(&method.request, &quote!('_)) } else { request };
    let item = quote!(#rt::Result<#reply>);
    let argument = match method.shape {
        CallShape::Unary | CallShape::ServerStream => quote!(request: #request),
        CallShape::ClientStream | CallShape::Bidi => quote!(requests: #rt::Streaming<#request>),
    };
    let passed = match method.shape {
        CallShape::Unary | CallShape::ServerStream => quote!(request),
        CallShape::ClientStream | CallShape::Bidi => quote!(requests),
    };
    let (answer, verb) = match method.shape {
        CallShape::Unary | CallShape::ClientStream => (item, ident("reply")),
        CallShape::ServerStream | CallShape::Bidi => {
            let stream = quote!(impl #rt::Stream<Item = #item> + ::core::marker::Send);
            (quote!(#rt::Result<#stream>), ident("stream"))
        }
    };
    quote! {
        #outer
        fn #name(
            &self,
            cx: &#rt::Context,
            #argument,
        ) -> impl ::core::future::Future<Output = #answer> + ::core::marker::Send {
            #rt::unimplemented::#verb(cx, #passed, &#constant)
        }
    }
}

fn server(cx: &Cx<'_>, service: &Service) -> TokenStream {
    let (allow, visibility) = (&cx.allow, &cx.visibility);
    let rt = &cx.rt;
    let (name, implemented) = (cx.item(&service.server, service.blame), ident(&service.ident));
    let doc = format!("Serves an [`{}`]: what `Server::service` takes.", service.ident);
    quote! {
        #[doc = #doc]
        #allow
        #visibility struct #name<__S> {
            service: ::std::sync::Arc<__S>,
            interceptors: #rt::Interceptors,
        }
        #allow
        impl<__S: #implemented> #name<__S> {
            /// Wraps an implementation.
            pub fn new(service: __S) -> Self {
                <Self as ::core::convert::From<::std::sync::Arc<__S>>>::from(::std::sync::Arc::new(service))
            }
            /// Adds an interceptor around the calls of this service, inside of those of the server and of those that were added before.
            pub fn intercept(mut self, interceptor: impl #rt::Interceptor) -> Self {
                self.interceptors = self.interceptors.with(interceptor);
                self
            }
        }
        #allow
        impl<__S> ::core::convert::From<::std::sync::Arc<__S>> for #name<__S> {
            fn from(service: ::std::sync::Arc<__S>) -> Self {
                Self { service, interceptors: ::core::default::Default::default() }
            }
        }
        #allow
        impl<__S> ::core::clone::Clone for #name<__S> {
            fn clone(&self) -> Self {
                Self {
                    service: ::core::clone::Clone::clone(&self.service),
                    interceptors: ::core::clone::Clone::clone(&self.interceptors),
                }
            }
        }
    }
}

fn dispatch(cx: &Cx<'_>, service: &Service) -> TokenStream {
    let (rt, allow, files) = (&cx.rt, &cx.allow, &cx.files);
    let (name, implemented) = (ident(&service.server), ident(&service.ident));
    let module = ident(&service.module);
    let arms = service.methods.iter().map(|method| {
        let Spelled { name, constant, request, .. } = spelled(cx, service, method);
        let proto_name = &method.proto_name;
        let shape = ident(match method.shape {
            CallShape::Unary => "unary",
            CallShape::ClientStream => "client_stream",
            CallShape::ServerStream => "server_stream",
            CallShape::Bidi => "bidi",
        });
        let requests = match method.shape {
            _ if method.by_view => quote!(#rt::handler::ByView<#request>),
            CallShape::Unary | CallShape::ServerStream => request,
            CallShape::ClientStream | CallShape::Bidi => quote!(#rt::Streaming<#request>),
        };
        quote! {
            #proto_name => #rt::handler::#shape::<_, #requests, _>(exchange, &#constant, &self.service, __S::#name),
        }
    });
    quote! {
        #allow
        impl<__S: #implemented> #rt::Service for #name<__S> {
            fn name(&self) -> &'static ::core::primitive::str {
                #module::NAME
            }
            fn files(&self) -> &'static #rt::Files {
                &#files
            }
            fn interceptors(&self) -> #rt::Interceptors {
                ::core::clone::Clone::clone(&self.interceptors)
            }
            fn call(&self, method: &::core::primitive::str, exchange: #rt::Exchange) -> #rt::Handling {
                match method {
                    #(#arms)*
                    _ => #rt::handler::unknown_method(exchange, method),
                }
            }
        }
    }
}
