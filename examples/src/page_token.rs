//! Page tokens: where the next page starts, signed, so that a caller can neither make one nor use it for another list.
//! Called by `catalogue`.

use std::hash::{BuildHasher, RandomState};

use protocall::{Result, Status};

/// Makes and reads the tokens of one server: those of another, or of the same before a restart, are refused.
#[derive(Debug, Default)]
pub(crate) struct PageTokens {
    /// The key is random. The hash keeps honest callers honest; a secret would need a cryptographic one.
    key: RandomState,
}

impl PageTokens {
    /// The token of the page behind the product of this number, in the list that `filter` makes.
    pub(crate) fn make(&self, after: u64, filter: &str) -> String {
        format!("{after:x}-{:016x}", self.key.hash_one((after, filter)))
    }

    /// The number behind which the page starts: the first page, without a token, starts behind 0.
    pub(crate) fn read(&self, token: &str, filter: &str) -> Result<u64> {
        if token.is_empty() {
            return Ok(0);
        }
        let after = token.split_once('-').and_then(|(after, _)| u64::from_str_radix(after, 16).ok());
        after.filter(|after| self.make(*after, filter) == token).ok_or_else(|| {
            let text = format!("the page token {token:?} is none that this server made for this list");
            Status::invalid_argument(text)
        })
    }
}

#[cfg(test)]
mod tests {
    use protocall::Code;

    use super::PageTokens;

    #[test]
    fn a_token_leads_back_to_its_place() {
        let tokens = PageTokens::default();
        for after in [0, 1, 50, u64::MAX] {
            assert_eq!(tokens.read(&tokens.make(after, "tea"), "tea").unwrap(), after);
        }
        assert_eq!(tokens.read("", "tea").unwrap(), 0);
    }

    #[test]
    fn a_token_of_another_list_or_server_or_maker_is_refused() {
        let tokens = PageTokens::default();
        let token = tokens.make(50, "tea");
        let altered = token.replacen("32-", "33-", 1);
        let others = PageTokens::default().make(50, "tea");
        for (token, filter) in
            [(&*token, ""), (&altered, "tea"), (&others, "tea"), ("32", "tea"), ("-", "tea"), ("☃", "tea")]
        {
            assert_eq!(tokens.read(token, filter).unwrap_err().code(), Code::InvalidArgument, "{token}");
        }
    }
}
