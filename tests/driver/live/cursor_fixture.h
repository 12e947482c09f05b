// An updatable cursor over a small table, with its buffers bound as a block.
#pragma once

#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {

/// Columns 1 (integer) and 2 (text) of a rowset, bound by column.
struct Block {
    static constexpr std::size_t rows = 4;
    std::array<std::int64_t, rows> number{};
    std::array<SQLLEN, rows> number_length{};
    std::array<std::array<char, 32>, rows> text{};
    std::array<SQLLEN, rows> text_length{};
    std::array<SQLUSMALLINT, rows> status{};
    SQLULEN fetched = 0;

    void put(std::size_t row, std::int64_t value, std::string_view words) {
        number[row] = value;
        number_length[row] = 0;
        put(row, words);
    }
    void put(std::size_t row, std::string_view words) {
        std::memcpy(text[row].data(), words.data(), words.size());
        text[row][words.size()] = '\0';
        text_length[row] = SQL_NTS;
    }
    [[nodiscard]] std::string words(std::size_t row) const { return text[row].data(); }
};

class OverCursors : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE t(id INTEGER PRIMARY KEY, words TEXT)");
        run("INSERT INTO t VALUES (1,'one'),(2,'two'),(3,'three'),(4,'four'),(5,'five')");
    }
    /// Before execution: how the cursor is to be.
    static void make_updatable(OdbcStatement& statement, SQLULEN type = SQL_CURSOR_STATIC) {
        ASSERT_EQ(statement.set(SQL_ATTR_CURSOR_TYPE, type), SQL_SUCCESS);
        ASSERT_EQ(statement.set(SQL_ATTR_CONCURRENCY, SQLULEN{SQL_CONCUR_VALUES}), SQL_SUCCESS);
    }
    static void bind(OdbcStatement& statement, Block& block, SQLULEN rows = Block::rows) {
        const auto handle = statement.handle();
        ASSERT_EQ(statement.set(SQL_ATTR_ROW_ARRAY_SIZE, rows), SQL_SUCCESS);
        ASSERT_EQ(statement.set(SQL_ATTR_ROW_STATUS_PTR, block.status.data()), SQL_SUCCESS);
        ASSERT_EQ(statement.set(SQL_ATTR_ROWS_FETCHED_PTR, &block.fetched), SQL_SUCCESS);
        ASSERT_EQ(SQLBindCol(handle, 1, SQL_C_SBIGINT, block.number.data(), 0,
                             block.number_length.data()),
                  SQL_SUCCESS);
        ASSERT_EQ(
            SQLBindCol(handle, 2, SQL_C_CHAR, block.text.data(), 32, block.text_length.data()),
            SQL_SUCCESS);
    }
    /// Opens and fetches the first rowset.
    void open(OdbcStatement& statement, Block& block,
              const std::string& sql = "SELECT id, words FROM t ORDER BY id",
              SQLULEN rows = Block::rows, SQLULEN type = SQL_CURSOR_STATIC) {
        make_updatable(statement, type);
        bind(statement, block, rows);
        ASSERT_EQ(statement.direct(sql), SQL_SUCCESS) << statement.message();
        ASSERT_EQ(statement.fetch(), SQL_SUCCESS) << statement.message();
    }
    static SQLRETURN set_pos(OdbcStatement& statement, SQLSETPOSIROW row, SQLUSMALLINT operation) {
        return SQLSetPos(statement.handle(), row, operation, SQL_LOCK_NO_CHANGE);
    }
    static SQLRETURN scroll(OdbcStatement& statement, SQLSMALLINT to, SQLLEN offset = 0) {
        return SQLFetchScroll(statement.handle(), to, offset);
    }
    [[nodiscard]] Cell words_of(int id) {
        const auto rows = query("SELECT words FROM t WHERE id=" + std::to_string(id));
        return rows.empty() ? Cell{"(no row)"} : rows[0][0];
    }
};

}  // namespace dqlite::test
