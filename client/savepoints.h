// The application's savepoints in a transaction that began with one of them. SQLite commits such a
// transaction with the RELEASE of its first savepoint; where the session has put a BEGIN around it,
// the session must do that.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "client/sql_lexer.h"
#include "client/statement.h"

namespace dqlite::client {

class Savepoints {
  public:
    /// A transaction has begun; `around`: by the session, around a SAVEPOINT.
    void begun(bool around) {
        around_ = around;
        names_.clear();
    }
    /// The transaction holds nothing (any more) that the application has opened.
    [[nodiscard]] bool all_released() const noexcept { return around_ && names_.empty(); }

    /// A statement with TransactionEffect::savepoint has succeeded.
    void note(const Statement& statement) {
        const std::string name = name_in(statement.sql);
        if (statement.verb == Verb::savepoint) {
            names_.push_back(name);
            return;
        }
        const auto same = [&name](const std::string& other) { return same_word(name, other); };
        const auto found = std::find_if(names_.rbegin(), names_.rend(), same);
        if (found == names_.rend()) return;
        // ROLLBACK TO leaves the savepoint itself.
        const auto first = statement.verb == Verb::release ? found.base() - 1 : found.base();
        names_.erase(first, names_.end());
    }

  private:
    /// The name ends each of these statements.
    [[nodiscard]] static std::string name_in(std::string_view sql) {
        SqlLexer lexer{sql};
        Token last;
        for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
             token = lexer.next_significant()) {
            last = token;
        }
        std::string storage;
        return std::string{unquoted(last, storage)};
    }

    std::vector<std::string> names_;
    bool around_ = false;
};

}  // namespace dqlite::client
