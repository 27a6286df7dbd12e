//! The schemas that are examined: as protocall's messages, and as descriptors for prost-reflect.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, MessageDescriptor};
use protocall::Message;

/// The descriptors, of which `build.rs` has taken the extensions.
static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
    DescriptorPool::decode(&bytes[..]).expect("the build script made them")
});

pub(crate) mod ours {
    protocall::include_proto!([
        "../tests/proto/echo.proto",
        "../tests/proto/extended.proto",
        "../tests/proto/kinds.proto",
        "../tests/proto/legacy.proto",
        "../tests/proto/text.proto",
    ]);
}
pub(crate) mod google {
    protocall::include_proto!(
        [
            "../.cache/conformance/proto/conformance/messages/test_messages_proto2.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_proto3.proto",
        ],
        include = ["../.cache/conformance/proto"],
        message_set = true,
    );
}

/// The descriptor of a message.
pub(crate) fn descriptor<M: Message>() -> MessageDescriptor {
    POOL.get_message_by_name(M::NAME).unwrap_or_else(|| panic!("no descriptor of {}", M::NAME))
}

/// The descriptors of all messages that `decode` examines, in its order.
pub(crate) fn descriptors() -> Vec<MessageDescriptor> {
    use self::google::protobuf_test_messages::{proto2, proto3};
    use self::ours::{extended, kinds::v1, legacy};
    vec![
        descriptor::<v1::Plain>(),
        descriptor::<v1::Explicit>(),
        descriptor::<v1::Lists>(),
        descriptor::<v1::Unpacked>(),
        descriptor::<v1::Choice>(),
        descriptor::<v1::Maps>(),
        descriptor::<v1::Tree>(),
        descriptor::<v1::Nothing>(),
        descriptor::<legacy::v1::Record>(),
        descriptor::<legacy::v1::Newer>(),
        descriptor::<extended::v1::Twin>(),
        // The twin's fields are what stands in its extensions.
        descriptor::<extended::v1::Twin>(),
        descriptor::<proto2::TestAllTypesProto2>(),
        descriptor::<proto3::TestAllTypesProto3>(),
        descriptor::<proto2::TestAllRequiredTypesProto2>(),
        descriptor::<proto2::UnknownToTestAllTypes>(),
    ]
}

/// `each_message!(run)`: `run::<M>` for every message that is examined as text: those of `descriptors`, in their order,
/// and behind them those that have no bytes of their own among the seeds.
macro_rules! each_message {
    ($run:ident) => {{
        use crate::schema::google::protobuf_test_messages::{proto2, proto3};
        use crate::schema::ours::{
            extended::v1 as extended, kinds::v1, legacy::v1 as legacy, test::v1 as test,
        };
        use protocall::well_known::{
            Any, BytesValue, DoubleValue, Duration, FieldMask, Int64Value, ListValue, Struct, Timestamp,
            Value,
        };
        [
            $run::<v1::Plain>,
            $run::<v1::Explicit>,
            $run::<v1::Lists>,
            $run::<v1::Unpacked>,
            $run::<v1::Choice>,
            $run::<v1::Maps>,
            $run::<v1::Tree>,
            $run::<v1::Nothing>,
            $run::<legacy::Record>,
            $run::<legacy::Newer>,
            $run::<extended::Twin>,
            $run::<extended::Extended>,
            $run::<proto2::TestAllTypesProto2>,
            $run::<proto3::TestAllTypesProto3>,
            $run::<proto2::TestAllRequiredTypesProto2>,
            $run::<proto2::UnknownToTestAllTypes>,
            $run::<test::Order>,
            $run::<Any>,
            $run::<BytesValue>,
            $run::<DoubleValue>,
            $run::<Duration>,
            $run::<FieldMask>,
            $run::<Int64Value>,
            $run::<ListValue>,
            $run::<Struct>,
            $run::<Timestamp>,
            $run::<Value>,
        ]
    }};
}
pub(crate) use each_message;
