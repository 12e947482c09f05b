// A bound column, with the way its values go chosen when the binding is looked at: what most rows
// hold is copied by a function made for that pair of types, and all else is left to the matrix.
#pragma once

#include "driver/convert/to_c.h"

namespace dqlite::odbc {

struct BoundColumn;
/// Delivers one value to the column's `row`, 0-based in the rowset.
using DeliverBound = SqlState (*)(const wire::Value& value, const BoundColumn& column, SQLLEN row);

struct BoundColumn {
    SQLSMALLINT number = 0;
    const SqlType* type = nullptr;
    CTarget target;            ///< of row 0; its C type is resolved
    SQLLEN data_stride = 0;    ///< bytes from row to row
    SQLLEN length_stride = 0;  ///< the same of lengths and indicators
    ToC convert = nullptr;
    DeliverBound deliver = nullptr;
};

/// Fills in `convert` and `deliver`, for all that is set otherwise.
void resolve(BoundColumn& column) noexcept;

}  // namespace dqlite::odbc
