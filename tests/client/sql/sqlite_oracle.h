// The real SQLite, asked what it makes of a text.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace dqlite::client::test {

struct CloseDatabase {
    void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
};
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using PreparedStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// What SQLite says of the first statement of a text.
struct Verdict {
    bool accepted = false;
    std::string error;
    int parameters = 0;
    int columns = 0;
    bool read_only = true;
    std::size_t tail = 0;  ///< byte offset behind the statement
};

class SqliteOracle {
  public:
    explicit SqliteOracle(std::string_view schema = {}) {
        sqlite3* database = nullptr;
        if (sqlite3_open(":memory:", &database) != SQLITE_OK) throw std::runtime_error{"no SQLite"};
        database_.reset(database);
        const std::string text{schema};
        if (sqlite3_exec(database, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
            throw std::runtime_error{sqlite3_errmsg(database)};
        }
    }

    [[nodiscard]] Verdict prepare(std::string_view sql) {
        sqlite3_stmt* raw = nullptr;
        const char* tail = nullptr;
        Verdict verdict;
        const int code = sqlite3_prepare_v2(database_.get(), sql.data(),
                                            static_cast<int>(sql.size()), &raw, &tail);
        const PreparedStatement statement{raw};
        verdict.accepted = code == SQLITE_OK;
        verdict.tail = tail == nullptr ? 0 : static_cast<std::size_t>(tail - sql.data());
        if (!verdict.accepted) {
            verdict.error = sqlite3_errmsg(database_.get());
        } else if (raw != nullptr) {
            verdict.parameters = sqlite3_bind_parameter_count(raw);
            verdict.columns = sqlite3_column_count(raw);
            verdict.read_only = sqlite3_stmt_readonly(raw) != 0;
        }
        return verdict;
    }

    [[nodiscard]] sqlite3* handle() const noexcept { return database_.get(); }

  private:
    std::unique_ptr<sqlite3, CloseDatabase> database_;
};

}  // namespace dqlite::client::test
