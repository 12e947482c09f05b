// Rows to be changed through a cursor by one call of SQLSetPos or SQLBulkOperations.
#pragma once

#include <cstdint>
#include <vector>

#include "driver/handle/cursor.h"
#include "driver/handle/row_change.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {

struct Statement::Change {
    struct Target {
        SQLULEN buffer = 0;        ///< 0-based row of the bound buffers and of the status array
        std::uint64_t number = 0;  ///< the row in the cursor; 0: an added one, or a bad bookmark
    };
    SQLUSMALLINT operation = SQL_UPDATE;  ///< SQL_UPDATE, SQL_DELETE, SQL_ADD
    bool bulk = false;                    ///< SQLBulkOperations: counts into ROWS_FETCHED_PTR
    bool many = false;                    ///< of several rows, of which some may fail
    std::vector<Target> targets;
};

/// How one of them went.
struct Statement::ChangedRow {
    Change::Target target;
    SQLRETURN result = SQL_SUCCESS;
    bool done = false;             ///< the table's row is changed
    std::vector<ColumnValue> set;  ///< what was stored
    std::vector<wire::Value> key;  ///< of the row afterwards; empty where nobody knows it
    RowBlock before;               ///< the row as it was read, which key may borrow from
};

}  // namespace dqlite::odbc
