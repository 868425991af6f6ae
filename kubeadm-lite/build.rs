//! How the one executable is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A static executable that runs at any address fixes up its own pointers when it starts. Packed, the
    // list of them is a hundredth as long: it is read whole by every program that the executable is.
    if std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "gnu") {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
