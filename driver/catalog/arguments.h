// Checks a catalogue call's arguments and turns them into SQL conditions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/catalog/catalog.h"

namespace dqlite::odbc::catalog {

enum class ArgumentKind : unsigned char {
    catalog,   ///< there are none: only what means "any" or "none" may be given
    schema,    ///< optional
    name,      ///< optional
    required,  ///< a null pointer is HY009 always
};

struct CheckedArgument {
    std::string_view label;  ///< as the ODBC Reference names it
    const Argument& value;
    ArgumentKind kind = ArgumentKind::name;
};

/// Sets state and message of `query` for the first argument that is wrong; false then.
[[nodiscard]] bool check(CatalogQuery& query, std::span<const CheckedArgument> arguments,
                         const CatalogOptions& options);

/// Refuses the call.
void refuse(CatalogQuery& query, SqlState state, std::string message);

/// Collects the conditions the arguments ask for, and their parameters in the order they stand.
class Conditions {
  public:
    explicit Conditions(const CatalogOptions& options) : options_{options} {}

    /// " AND …" for a pattern value argument (an identifier under SQL_ATTR_METADATA_ID).
    [[nodiscard]] std::string matching(std::string_view expression, const Argument& argument);
    /// " AND …" for an ordinary argument (likewise).
    [[nodiscard]] std::string equal_to(std::string_view expression, const Argument& argument);
    /// The same for a schema's name: nothing to ask for while schemas are hidden.
    [[nodiscard]] std::string schema_matching(std::string_view expression,
                                              const Argument& argument);
    [[nodiscard]] std::string schema_equal_to(std::string_view expression,
                                              const Argument& argument);

    [[nodiscard]] std::vector<Argument> take_parameters() { return std::move(parameters_); }

  private:
    const CatalogOptions& options_;
    std::vector<Argument> parameters_;
};

}  // namespace dqlite::odbc::catalog
