//! One token for many callers of an API behind Portreeve.
