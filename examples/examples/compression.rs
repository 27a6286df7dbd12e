//! Messages that are compressed, and those that are not: `cargo run -p protocall-examples --example compression`. The guide's
//! chapter is `compression`.

use std::error::Error;
use std::io::{self, Write};

use protocall::{Compression, Context, Result, Server, tokio};

mod schema {
    protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        message Page { string text = 1; }
        service Printer { rpc Print(Page) returns (Page); }
    "#
    );
}
use schema::{Page, Printer, PrinterClient, PrinterServer};

struct Press;

impl Printer for Press {
    async fn print(&self, context: &Context, page: Page) -> Result<Page> {
        let came = if context.was_compressed() { "compressed" } else { "plain" };
        context.set_header("x-came", came)?;
        // What holds a secret beside what a stranger chose goes as it is.
        if page.text.starts_with("secret") {
            context.compress(false);
        }
        Ok(page)
    }
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tell(&mut io::stdout()).await
}

pub(crate) async fn tell(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = Server::new().service(PrinterServer::new(Press)).compress([Compression::Gzip]);
    let server = server.bind("127.0.0.1:0").await?;
    let printer = PrinterClient::connect(format!("http://{}", server.address())).build()?;
    tokio::spawn(server.serve());

    let long = "a line that comes again\n".repeat(1000);
    let secret = format!("secret\n{long}");
    let gzip = Some(Compression::Gzip);
    for (what, text, compression) in [
        ("a long page by gzip", long.as_str(), gzip),
        ("a long page as it is", &long, None),
        ("a short page by gzip, which is not worth it", "a line\n", gzip),
        ("a secret page by gzip", &secret, gzip),
    ] {
        let page = Page { text: text.into(), ..Default::default() };
        let (_, answer) = printer.print(page).compress(compression).with_reply().await?;
        let reply = if answer.was_compressed { "compressed" } else { "plain" };
        let request = answer.headers.get("x-came").unwrap_or("?");
        writeln!(out, "{what}: request {request}, reply {reply}")?;
    }
    Ok(())
}
