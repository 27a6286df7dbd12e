//! The option `visibility`: what the items at the place of the call begin with, whether the schema has a package or not.

mod inner {
    protocall::include_proto!(
        inline = r#"syntax = "proto3"; package hidden.v1; message Order { repeated Item items = 1; message Item {} }"#,
        visibility = "pub(super)"
    );

    pub(crate) mod private {
        protocall::include_proto!(
            inline = r#"syntax = "proto3";
                message Ping { oneof kind { Deep deep = 1; } message Deep {} } enum Tone { TONE_LOW = 0; }
                service Pinger { rpc Send(Ping) returns (Ping); }"#,
            visibility = "pub(in crate::inner)"
        );
    }

    pub(crate) fn tone() -> i32 {
        private::Tone::Low.into()
    }

    pub(crate) fn ping_is_served() -> bool {
        struct Echo;
        impl private::Pinger for Echo {
            async fn send(
                &self,
                _: &protocall::Context,
                ping: private::Ping,
            ) -> protocall::Result<private::Ping> {
                Ok(ping)
            }
        }
        let ping =
            private::Ping { kind: Some(private::ping::Kind::Deep(Default::default())), ..Default::default() };
        let client = private::PingerClient::local(Echo);
        protocall::run(async { client.send(ping.clone()).await }).is_ok_and(|answer| answer == ping)
    }
}

#[test]
fn items_are_seen_as_far_as_was_said() {
    let order = inner::hidden::v1::Order { items: vec![Default::default()], ..Default::default() };
    assert_eq!(order.items.len(), 1);
    assert_eq!(inner::tone(), 0);
    assert!(inner::ping_is_served());
}
