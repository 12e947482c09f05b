// What one statement of a batch left, until SQLMoreResults comes to it.
#pragma once

#include <memory>
#include <vector>

#include "driver/handle/statement.h"

namespace dqlite::odbc {

struct Statement::BatchResult {
    client::Statement statement;
    Description description;
    bool described = false;
    std::unique_ptr<Cursor> cursor;  ///< null: a row count at most
    SQLLEN row_count = -1;
    SQLRETURN result = SQL_SUCCESS;
    std::vector<Diagnostic> records;
};

}  // namespace dqlite::odbc
