// Parameters and columns whose data comes in pieces, between SQLExecute, SQLSetPos or
// SQLBulkOperations and the last SQLParamData.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "driver/handle/statement.h"

namespace dqlite::odbc {

[[nodiscard]] constexpr bool is_data_at_execution(SQLLEN length) noexcept {
    return length == SQL_DATA_AT_EXEC || length <= SQL_LEN_DATA_AT_EXEC_OFFSET;
}

struct Statement::DataAtExecution {
    struct Item {
        SQLULEN set = 0;
        SQLSMALLINT number = 0;
        SQLSMALLINT c_type = SQL_C_CHAR;
        SQLPOINTER token = nullptr;  ///< what SQLParamData hands to the application
        bool character = false;      ///< character or binary: may come in several pieces
        bool given = false;
        bool is_null = false;
        std::string data;  ///< in the C type's own bytes
    };
    std::vector<Item> items;
    std::function<SQLRETURN()> resume;  ///< what waits for the data; empty: the statement
    std::size_t next = 0;               ///< the item SQLParamData asks for next
    [[nodiscard]] Item* current() noexcept { return next == 0 ? nullptr : &items[next - 1]; }
    [[nodiscard]] const Item* find(SQLULEN set, SQLSMALLINT number) const noexcept {
        for (const auto& item : items) {
            if (item.set == set && item.number == number) return &item;
        }
        return nullptr;
    }
};

}  // namespace dqlite::odbc
