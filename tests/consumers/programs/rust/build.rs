// The version of odbc-api that Cargo chose, for the program to tell.
fn main() {
    let lock = std::fs::read_to_string("Cargo.lock").expect("Cargo.lock");
    let mut lines = lock.lines().skip_while(|line| *line != "name = \"odbc-api\"");
    let version = lines.nth(1).expect("odbc-api's version").replace("version = ", "");
    println!("cargo:rustc-env=ODBC_API_VERSION={}", version.trim_matches('"'));
    println!("cargo:rerun-if-changed=Cargo.lock");
}
