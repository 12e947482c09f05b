// What must not be sent to which server, in one table: statements, names and requests known to
// crash, wedge or corrupt a node (shared reference, server §0 and §4.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client/error.h"
#include "client/statement.h"

namespace dqlite::client {

/// Classes of servers that differ in what is safe, told apart by probes, not by a version.
enum class ServerClass : std::uint8_t {
    unknown,  ///< not probed yet
    v1_11,    ///< PREPARE schema 1 is answered with schema 0; parameters of schema 0 only
    v1_15,    ///< schema 1 understood; RETURNING is not safe (to 1.18.1)
    v1_18_3,  ///< RETURNING through QUERY is safe
};

struct ServerTraits {
    ServerClass server_class = ServerClass::unknown;
    std::string sqlite_version;  ///< "3.46.1"; empty until asked
    [[nodiscard]] bool returning_is_safe() const noexcept {
        return server_class == ServerClass::v1_18_3;
    }
    [[nodiscard]] bool has_parameters_schema1() const noexcept {
        return server_class == ServerClass::v1_15 || server_class == ServerClass::v1_18_3;
    }
};

/// To be sent behind every OPEN, each as an EXEC_SQL (none returns rows). With SQLite's defaults a
/// temporary table of a few MB crashes every server known, and a transaction larger than the page
/// cache fails on 1.11 and can corrupt the database on 1.18.1. Two statements in one EXEC_SQL would
/// wait on 1.18.7 for whoever is writing.
inline constexpr std::array<std::string_view, 2> session_guard{"PRAGMA temp_store=2",
                                                               "PRAGMA cache_spill=0"};

/// What a rule looks at.
enum class RuleSubject : std::uint8_t { statement, database_name, column_names };

/// One line of the table, for documentation and tests.
struct SafetyRule {
    std::string_view name;     ///< e.g. "pragma-page-size"
    std::string_view example;  ///< a statement or name it refuses
    std::string_view reason;   ///< what the server would do
    std::string_view advice;   ///< what to do instead
    bool needs_class = false;  ///< true: refused only by some server classes
    RuleSubject subject = RuleSubject::statement;
};
[[nodiscard]] std::span<const SafetyRule> safety_rules() noexcept;

/// A function or table-valued function no statement may name; `is_call`: a parenthesis follows.
[[nodiscard]] bool is_refused_function(std::string_view name, bool is_call) noexcept;

/// True where check_statement() must know the server's class to answer.
[[nodiscard]] bool needs_server_class(const Statement& statement) noexcept;

/// Refuses (kind refused) what would harm a server of this class; text names the rule's reason
/// and advice.
[[nodiscard]] std::optional<Error> check_statement(const Statement& statement,
                                                   const ServerTraits& traits);
[[nodiscard]] std::optional<Error> check_database_name(std::string_view name);
/// Result shapes that never end or corrupt the server's heap: the column names of a result.
[[nodiscard]] std::optional<Error> check_column_names(std::span<const std::string_view> names);

}  // namespace dqlite::client
