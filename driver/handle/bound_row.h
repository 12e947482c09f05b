// Where one row of a bound column lies in the application's buffers ("Buffer Addresses" on
// SQLBindCol's page).
#pragma once

#include "driver/convert/to_c.h"
#include "driver/handle/descriptor.h"
#include "driver/handle/pointers.h"

namespace dqlite::odbc {

struct BoundRow {
    SQLPOINTER data = nullptr;
    SQLLEN* octet_length = nullptr;
    SQLLEN* indicator = nullptr;
};

[[nodiscard]] inline BoundRow bound_row(const DescriptorHeader& header,
                                        const DescriptorRecord& record, SQLSMALLINT c_type,
                                        SQLULEN row) noexcept {
    const SQLLEN offset = header.bind_offset_ptr == nullptr ? 0 : *header.bind_offset_ptr;
    const auto index = static_cast<SQLLEN>(row);
    const bool by_column = header.bind_type == SQL_BIND_BY_COLUMN;
    const auto fixed = static_cast<SQLLEN>(c_type_size(c_type));
    const SQLLEN data_stride =
        by_column ? (fixed != 0 ? fixed : record.octet_length) : SQLLEN{header.bind_type};
    const SQLLEN length_stride =
        by_column ? static_cast<SQLLEN>(sizeof(SQLLEN)) : SQLLEN{header.bind_type};
    return {moved(record.data_ptr, offset + index * data_stride),
            moved(record.octet_length_ptr, offset + index * length_stride),
            moved(record.indicator_ptr, offset + index * length_stride)};
}

}  // namespace dqlite::odbc
