// One SQL statement and what a client must know of it before sending it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "client/error.h"

namespace dqlite::client {

enum class Verb : std::uint8_t {
    empty,  ///< nothing but space, comments and semicolons
    select,
    values,
    insert,
    replace,
    update,
    delete_,
    create,
    drop,
    alter,
    pragma,
    explain,
    begin,
    commit,
    rollback,
    savepoint,
    release,
    rollback_to,
    vacuum,
    attach,
    detach,
    analyze,
    reindex,
    unknown,  ///< not a verb of SQLite's: the server will say what is wrong
};

/// What an explicit transaction statement does to the transaction.
enum class TransactionEffect : std::uint8_t {
    none,
    begins,     ///< BEGIN; SAVEPOINT too when nothing is open
    ends,       ///< COMMIT, END, ROLLBACK without TO
    savepoint,  ///< SAVEPOINT, RELEASE, ROLLBACK TO
};

/// What a PRAGMA (or EXPLAIN PRAGMA: some take effect when they are compiled) asks for.
struct PragmaUse {
    std::string name;        ///< lower case, quotes and schema removed; empty: not a PRAGMA
    bool has_value = false;  ///< `= value` or `(value)` follows
};

struct Statement {
    std::string sql;                   ///< this statement only, without its terminating semicolon
    Verb verb = Verb::empty;           ///< the verb behind WITH, for SELECT … and DML alike
    bool returns_rows = false;         ///< must be sent as QUERY
    bool writes = false;               ///< may change the database (DML, DDL, EXPLAIN never)
    bool has_cte = false;              ///< begins with WITH
    bool returning = false;            ///< DML with a RETURNING clause
    bool may_end_transaction = false;  ///< OR ROLLBACK / OR FAIL: never pipelined
    bool in_transaction_ok = true;     ///< false: PRAGMA, VACUUM, ATTACH …: never begins one
    bool is_ddl = false;
    bool makes_session_state = false;  ///< temp objects, the application's own PRAGMA settings
    bool needs_session_state = false;  ///< last_insert_rowid(), changes(), total_changes()
    TransactionEffect effect = TransactionEffect::none;
    std::uint32_t parameters = 0;  ///< values to bind: the highest parameter number
    PragmaUse pragma;
    bool names_refused_function = false;  ///< has a name the safety table refuses (client/safety.h)
    bool anonymous_parameters_only = true;         ///< only plain ?
    std::vector<std::uint32_t> parameter_offsets;  ///< byte offset in `sql` of each plain ?
};

/// Numbers the parameters of one statement, given in order, as SQLite does.
class ParameterNumbers {
  public:
    /// The number of the parameter written as `token`; 0 if SQLite knows no such number.
    std::uint32_t number(std::string_view token);
    [[nodiscard]] std::uint32_t highest() const noexcept { return highest_; }

  private:
    std::unordered_map<std::string_view, std::uint32_t> names_;
    std::uint32_t highest_ = 0;
};

/// Cuts `sql` at its top-level semicolons (trigger bodies kept whole) and classifies each piece.
/// Pieces that are empty are left out, so an empty or comment-only text gives none.
[[nodiscard]] std::vector<Statement> parse_statements(std::string_view sql);

/// The statements of `sql`, at least one. Errors, kind invalid: none ("empty statement"), a U+0000
/// in the text.
[[nodiscard]] Result<std::vector<Statement>> parse_batch(std::string_view sql);

/// The one statement of `sql`. Errors, kind invalid: none ("empty statement"), more than one
/// ("one statement at a time"), a U+0000 in the text.
[[nodiscard]] Result<Statement> parse_one_statement(std::string_view sql);

}  // namespace dqlite::client
