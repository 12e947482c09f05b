// changes() and total_changes() as an application expects them, on a connection where the session
// also writes rows of its own. SQLite counts those too, and its counters cannot be set back: so a
// statement that asks for them is sent with the calls replaced.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "client/statement.h"

namespace dqlite::client {

/// What the server's functions give.
struct ChangeCounts {
    std::int64_t changes = 0;
    std::int64_t total = 0;
};

class ChangeCounters {
  public:
    /// The session itself has changed `rows` rows; `before`: the counters when it did.
    void hide(const ChangeCounts& before, std::uint64_t rows) noexcept;

    /// Whether the statement would see what is hidden.
    [[nodiscard]] bool must_disguise(const Statement& statement) const noexcept;
    /// The statement to send in its place.
    [[nodiscard]] Statement disguise(const Statement& statement);
    /// A column's name in the answer to the last statement disguised, as it would have been.
    [[nodiscard]] std::string original_name(std::string name) const;

  private:
    [[nodiscard]] std::string changes_sql() const;
    [[nodiscard]] std::string total_sql() const;

    bool hides_ = false;
    std::int64_t hidden_ = 0;   ///< rows in all
    ChangeCounts left_;         ///< the counters right after the last of them
    std::int64_t changes_ = 0;  ///< what changes() was before it
    std::vector<std::pair<std::string, std::string>> replaced_;  ///< in the last statement
};

}  // namespace dqlite::client
