// The driver and the data source under test, and the little in which their SQL differs.
#pragma once

#include <string>
#include <string_view>

namespace conformance {

/// Only names and literals: what a check asks of a driver is the same for all.
struct Dialect {
    std::string_view name;
    // Names of types for `{blob}` and its kin in expand().
    std::string_view blob;
    std::string_view real;
    std::string_view bit;
    std::string_view tiny;
    std::string_view identity;  ///< an integer key that numbers itself
    /// Printf's format of a blob literal around its hexadecimal digits.
    std::string_view blob_literal;
    std::string_view nobody_there;  ///< keys that lead nowhere
    std::string_view impatient;     ///< keys that keep a writer from waiting for another
    std::string_view batches;       ///< keys that allow several statements in one text
    const char* long_query;         ///< some seconds of work
    /// A procedure that gives one row and the number 1, and what makes it; null: there is none.
    const char* procedure;
    const char* make_procedure;
    /// A call with one output parameter that gets a text or a number; null: there is none.
    const char* call_with_output;
    const char* make_output_procedure;
    std::string_view schema;  ///< where new tables are; empty: no schemas
    /// Data in a file of this process: no link that could break, nobody else who could be in.
    bool embedded;
};

struct Target {
    std::string connection;
    const Dialect* dialect;
};

/// By name ("dqlite", "sqlite", "postgresql"); null for one that nobody knows.
[[nodiscard]] const Dialect* find_dialect(std::string_view name) noexcept;
/// Replaces {blob}, {real}, {bit}, {tiny}, {identity} and {x:0123}, a blob literal.
[[nodiscard]] std::string expand(const Dialect& dialect, std::string sql);

}  // namespace conformance
