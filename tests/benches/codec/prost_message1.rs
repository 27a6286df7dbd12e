//! google_message1 for prost, in the manner of `prost_messages`.

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct GoogleMessage1 {
    #[prost(string, tag = "1")]
    pub(crate) field1: String,
    #[prost(string, tag = "9")]
    pub(crate) field9: String,
    #[prost(string, tag = "18")]
    pub(crate) field18: String,
    #[prost(bool, tag = "80")]
    pub(crate) field80: bool,
    #[prost(bool, tag = "81")]
    pub(crate) field81: bool,
    #[prost(int32, tag = "2")]
    pub(crate) field2: i32,
    #[prost(int32, tag = "3")]
    pub(crate) field3: i32,
    #[prost(int32, tag = "280")]
    pub(crate) field280: i32,
    #[prost(int32, tag = "6")]
    pub(crate) field6: i32,
    #[prost(int64, tag = "22")]
    pub(crate) field22: i64,
    #[prost(string, tag = "4")]
    pub(crate) field4: String,
    #[prost(fixed64, repeated, tag = "5")]
    pub(crate) field5: Vec<u64>,
    #[prost(bool, tag = "59")]
    pub(crate) field59: bool,
    #[prost(string, tag = "7")]
    pub(crate) field7: String,
    #[prost(int32, tag = "16")]
    pub(crate) field16: i32,
    #[prost(int32, tag = "130")]
    pub(crate) field130: i32,
    #[prost(bool, tag = "12")]
    pub(crate) field12: bool,
    #[prost(bool, tag = "17")]
    pub(crate) field17: bool,
    #[prost(bool, tag = "13")]
    pub(crate) field13: bool,
    #[prost(bool, tag = "14")]
    pub(crate) field14: bool,
    #[prost(int32, tag = "104")]
    pub(crate) field104: i32,
    #[prost(int32, tag = "100")]
    pub(crate) field100: i32,
    #[prost(int32, tag = "101")]
    pub(crate) field101: i32,
    #[prost(string, tag = "102")]
    pub(crate) field102: String,
    #[prost(string, tag = "103")]
    pub(crate) field103: String,
    #[prost(int32, tag = "29")]
    pub(crate) field29: i32,
    #[prost(bool, tag = "30")]
    pub(crate) field30: bool,
    #[prost(int32, tag = "60")]
    pub(crate) field60: i32,
    #[prost(int32, tag = "271")]
    pub(crate) field271: i32,
    #[prost(int32, tag = "272")]
    pub(crate) field272: i32,
    #[prost(int32, tag = "150")]
    pub(crate) field150: i32,
    #[prost(int32, tag = "23")]
    pub(crate) field23: i32,
    #[prost(bool, tag = "24")]
    pub(crate) field24: bool,
    #[prost(int32, tag = "25")]
    pub(crate) field25: i32,
    #[prost(message, optional, tag = "15")]
    pub(crate) field15: Option<GoogleMessage1SubMessage>,
    #[prost(bool, tag = "78")]
    pub(crate) field78: bool,
    #[prost(int32, tag = "67")]
    pub(crate) field67: i32,
    #[prost(int32, tag = "68")]
    pub(crate) field68: i32,
    #[prost(int32, tag = "128")]
    pub(crate) field128: i32,
    #[prost(string, tag = "129")]
    pub(crate) field129: String,
    #[prost(int32, tag = "131")]
    pub(crate) field131: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct GoogleMessage1SubMessage {
    #[prost(int32, tag = "1")]
    pub(crate) field1: i32,
    #[prost(int32, tag = "2")]
    pub(crate) field2: i32,
    #[prost(int32, tag = "3")]
    pub(crate) field3: i32,
    #[prost(string, tag = "15")]
    pub(crate) field15: String,
    #[prost(bool, tag = "12")]
    pub(crate) field12: bool,
    #[prost(int64, tag = "13")]
    pub(crate) field13: i64,
    #[prost(int64, tag = "14")]
    pub(crate) field14: i64,
    #[prost(int32, tag = "16")]
    pub(crate) field16: i32,
    #[prost(int32, tag = "19")]
    pub(crate) field19: i32,
    #[prost(bool, tag = "20")]
    pub(crate) field20: bool,
    #[prost(bool, tag = "28")]
    pub(crate) field28: bool,
    #[prost(fixed64, tag = "21")]
    pub(crate) field21: u64,
    #[prost(int32, tag = "22")]
    pub(crate) field22: i32,
    #[prost(bool, tag = "23")]
    pub(crate) field23: bool,
    #[prost(bool, tag = "206")]
    pub(crate) field206: bool,
    #[prost(fixed32, tag = "203")]
    pub(crate) field203: u32,
    #[prost(int32, tag = "204")]
    pub(crate) field204: i32,
    #[prost(string, tag = "205")]
    pub(crate) field205: String,
    #[prost(uint64, tag = "207")]
    pub(crate) field207: u64,
    #[prost(uint64, tag = "300")]
    pub(crate) field300: u64,
}
