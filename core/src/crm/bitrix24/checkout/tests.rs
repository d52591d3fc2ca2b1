//! What needs no network.
